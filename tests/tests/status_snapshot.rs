//! Status lists that several threads replace while others read.
//!
//! Nothing here is timed: a reader that waited for a writer would wait for ever.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use geleit_credential::standing::Standing;
use geleit_credential::status_list::{
    SharedStatusLists, StatusList, StatusListToken, StatusLists, StatusReference,
};
use geleit_credential::time::UnixTime;
use geleit_credential::trust_list::TrustList;
use geleit_testkit::World;
use geleit_testkit::world::{HOME_OFFICE, NOW};
use std::sync::mpsc;
use std::thread;

const URIS: [&str; 3] = ["https://lists.example/1", "https://lists.example/2", "https://lists.example/3"];
const GENERATIONS: u16 = 24;

/// The lists of each generation: of one moment, and entry `n` is revoked in generation `n` alone.
fn generations(world: &World, trust: &TrustList) -> Vec<[StatusList; 3]> {
    let list = |uri, number: u16| {
        let mut content = world.status_list_content(uri);
        content.issued_at = issued_at(number);
        content.entries.set(u64::from(number), Standing::Revoked).unwrap();
        let signed = content.sign(&world.publisher).unwrap();
        StatusListToken::parse(&signed).unwrap().verify(trust, NOW).unwrap()
    };
    (0..GENERATIONS).map(|number| URIS.map(|uri| list(uri, number))).collect()
}

fn issued_at(number: u16) -> UnixTime {
    NOW.plus(i64::from(number) - 1_000)
}

fn shared(first: &[StatusList; 3]) -> SharedStatusLists {
    let mut lists = StatusLists::new();
    first.iter().for_each(|list| lists.insert(list.clone()).unwrap());
    SharedStatusLists::new(lists)
}

/// The generation of a set, which has to have every list of it and what it says.
fn generation(lists: &StatusLists, trust: &TrustList) -> u16 {
    let moments: Vec<UnixTime> = lists.iter().map(StatusList::issued_at).collect();
    let number = (0..GENERATIONS).find(|number| moments == [issued_at(*number); 3]);
    let number = number.unwrap_or_else(|| unreachable!("lists of {moments:?} in one set"));
    for uri in URIS {
        let standing = |index: u16| {
            lists.find(trust, HOME_OFFICE, &StatusReference { uri, index: u64::from(index) }).standing()
        };
        assert_eq!(standing(number), Some(Standing::Revoked));
        assert_eq!(standing((number + 1) % GENERATIONS), Some(Standing::Valid));
    }
    number
}

/// Three refreshers bring the generations in different orders; nobody ever sees half of one, or an older
/// one after a newer one.
#[test]
fn readers_see_whole_sets_and_no_older_one_comes_back() {
    let world = World::new();
    let trust = world.trust_list();
    let all = generations(&world, &trust);
    let shared = shared(&all[0]);
    let refresh = |order: &mut dyn Iterator<Item = &[StatusList; 3]>| {
        for lists in order {
            if let Err(error) = shared.insert_all(lists.clone()) {
                assert_eq!(error.code(), "L-08");
            }
        }
    };
    thread::scope(|threads| {
        threads.spawn(|| refresh(&mut all.iter()));
        threads.spawn(|| refresh(&mut all.iter().step_by(3)));
        threads.spawn(|| refresh(&mut all.iter().take(12).rev()));
        for _ in 0..2 {
            threads.spawn(|| {
                let mut last = 0;
                while last + 1 < GENERATIONS {
                    let now = generation(&shared.current(), &trust);
                    assert!(now >= last, "generation {now} after {last}");
                    last = now;
                }
            });
        }
    });
    assert_eq!(generation(&shared.current(), &trust), GENERATIONS - 1);
}

/// The refresher is stopped while it verifies and inflates, in the middle of a set. Checks go on with the
/// set before, and it goes on only when they have.
#[test]
fn no_reader_waits_while_a_list_is_inflated() {
    let world = World::new();
    let trust = world.trust_list();
    let all = generations(&world, &trust);
    let (old, new) = (&all[0], &all[1]);
    let shared = shared(old);
    let (go_on, stop) = mpsc::channel::<()>();
    let (inflating, begun) = mpsc::channel();
    thread::scope(|threads| {
        let shared = &shared;
        let refresher = threads.spawn(move || {
            let lists = new.iter().enumerate().map(|(number, list)| {
                if number == 1 {
                    inflating.send(()).unwrap();
                    // An error when a reader has failed, and then there is nothing to wait for.
                    let _ = stop.recv();
                }
                list.clone()
            });
            shared.insert_all(lists)
        });
        begun.recv().unwrap();
        (0..100).for_each(|_| assert_eq!(generation(&shared.current(), &trust), 0));
        // Nor does another refresher wait for it.
        shared.insert(old[0].clone()).unwrap();
        go_on.send(()).unwrap();
        refresher.join().unwrap().unwrap();
    });
    assert_eq!(generation(&shared.current(), &trust), 1);
}

/// A check keeps the set that it began with, and a set is refused as a whole.
#[test]
fn a_set_is_all_or_nothing_and_stays_as_it_was_taken() {
    let world = World::new();
    let trust = world.trust_list();
    let all = generations(&world, &trust);
    let shared = shared(&all[5]);
    let held = shared.current();
    shared.insert_all(all[6].clone()).unwrap();
    assert_eq!(generation(&held, &trust), 5);

    // Two newer lists and an older one.
    let mixed = [all[7][0].clone(), all[7][1].clone(), all[2][2].clone()];
    assert_eq!(shared.insert_all(mixed).map_err(|error| error.code()), Err("L-08"));
    assert_eq!(shared.insert(all[5][0].clone()).map_err(|error| error.code()), Err("L-08"));
    assert_eq!(generation(&shared.current(), &trust), 6);
}
