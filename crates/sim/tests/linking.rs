//! The programs of those who compare what they saw, on real presentations.

use geleit_cose::cbor::Limits;
use geleit_credential::holder::HeldCredential;
use geleit_credential::presentation::Presentation;
use geleit_credential::purpose::Profile;
use geleit_credential::schema::ClaimSet;
use geleit_credential::sd_cwt::Scratch;
use geleit_credential::verifier::{OpenNonces, Workspace};
use geleit_sim::linking::to_the_second::{self, SloppyError};
use geleit_sim::linking::{Handle, IssuedRecord, handles, issuer_finds};
use geleit_testkit::people;
use geleit_testkit::world::{HOME_OFFICE, NOW, World, key};

const WORK: &str = "uk-right-to-work";
const RENT: &str = "uk-right-to-rent";
const BENEFITS: &str = "uk-status-benefits";
const STUDY: &str = "uk-status-study";

/// A wallet that uses copy `number`.
fn copy(number: u8) -> World {
    World { holder: key(&format!("holder copy {number}")), ..World::new() }
}

fn residence() -> ClaimSet {
    let mut claims = people::residence();
    for (id, value) in [
        ("res.uk.public_funds", geleit_cose::cbor::Value::text("permitted")),
        ("res.uk.valid_now", geleit_cose::cbor::Value::Bool(true)),
        ("res.uk.study.permitted", geleit_cose::cbor::Value::Bool(true)),
    ] {
        claims.set(id, value).expect("a value that fits");
    }
    claims
}

fn held(world: &World, seed: &str) -> [HeldCredential; 2] {
    [
        world.held(&people::identity(), &format!("{seed} identity")),
        world.held(&residence(), &format!("{seed} residence")),
    ]
}

fn nonce(purpose: &str) -> [u8; 32] {
    geleit_testkit::world::seed(purpose)
}

fn show(world: &World, seed: &str, purpose: &str) -> Vec<u8> {
    let [identity, residence] = held(world, seed);
    let profile = Profile::find_embedded(purpose).expect("an embedded profile");
    let request = world.request(&profile, &nonce(purpose));
    world.answer(&request, &[&identity, &residence])
}

#[test]
fn one_copy_shown_twice_is_linked_by_everything() {
    let world = copy(1);
    let (employer, landlord) = (show(&world, "a", WORK), show(&world, "a", RENT));
    let expected = [
        Handle::IssuerSignature,
        Handle::HolderKey,
        Handle::Salts,
        Handle::Digests,
        Handle::StatusEntry,
        Handle::Claims,
    ];
    assert_eq!(handles(&employer, &landlord).unwrap(), expected);
}

#[test]
fn two_copies_are_linked_by_nothing_but_what_both_were_shown() {
    let (employer, landlord) = (show(&copy(1), "a", WORK), show(&copy(2), "b", RENT));
    assert_eq!(handles(&employer, &landlord).unwrap(), [Handle::Claims]);
    // Who asks for no name and no photo gets none.
    let (office, university) = (show(&copy(1), "a", BENEFITS), show(&copy(2), "b", STUDY));
    assert_eq!(handles(&office, &university).unwrap(), []);
    // The same without names: one copy is linked without any claim. Two different members of one group were
    // shown: its salt is in both.
    let (office, university) = (show(&copy(1), "a", BENEFITS), show(&copy(1), "a", STUDY));
    let expected =
        [Handle::IssuerSignature, Handle::HolderKey, Handle::Salts, Handle::Digests, Handle::StatusEntry];
    assert_eq!(handles(&office, &university).unwrap(), expected);
}

#[test]
fn an_issuer_that_keeps_copies_finds_everybody() {
    let (first, second) = (copy(1), copy(2));
    let kept: Vec<IssuedRecord> = [("asha", &first, "a"), ("tarek", &second, "b")]
        .into_iter()
        .flat_map(|(person, world, seed)| {
            held(world, seed)
                .map(|one| IssuedRecord { person: person.into(), credential: one.bytes().to_vec() })
        })
        .collect();
    assert_eq!(issuer_finds(&kept, &show(&second, "b", BENEFITS)).unwrap(), Some("tarek"));
    assert_eq!(issuer_finds(&kept, &show(&first, "a", WORK)).unwrap(), Some("asha"));
    // Not one of the copies that were kept; it shows the same name, which is no handle of the design.
    assert_eq!(issuer_finds(&kept, &show(&copy(3), "c", WORK)).unwrap(), None);
    assert_eq!(issuer_finds(&kept[2..], &show(&first, "a", WORK)).unwrap(), None);
}

#[test]
fn a_time_to_the_second_links_and_a_wallet_refuses_it() {
    let (first, second) = (copy(1), copy(2));
    let issuer = key("home office");
    let sloppy = |world: &World, seed, purpose, seconds| {
        let honest = show(world, seed, purpose);
        let by = |name: &str| (name == HOME_OFFICE).then_some(&issuer);
        to_the_second::answer(&honest, seconds, by, &world.holder).unwrap()
    };
    let office = sloppy(&first, "a", BENEFITS, -1_234);
    let university = sloppy(&second, "b", STUDY, -1_234);
    assert_eq!(handles(&office, &university).unwrap(), [Handle::Times]);
    // Another second is another batch.
    assert_eq!(handles(&office, &sloppy(&second, "b", STUDY, -1_235)).unwrap(), []);

    // A verifier cannot know that nobody else has this second.
    let profile = Profile::find_embedded(BENEFITS).unwrap();
    let request = first.request(&profile, &nonce(BENEFITS));
    let presentation = Presentation::parse(&office, &Limits::TOKEN).unwrap();
    let (mut nonces, mut workspace) = (OpenNonces::default(), Workspace::new());
    let verifier = first.verifier(&profile);
    let statuses = first.status_lists();
    let verified = verifier.verify(&presentation, &request, &statuses, NOW, &mut nonces, &mut workspace);
    assert!(verified.is_ok(), "{:?}", verified.err());

    let [identity, _] = held(&first, "a");
    let marked = to_the_second::issue(identity.bytes(), -1_234, &issuer).unwrap();
    let keys = [first.holder.public_key().clone()];
    let accept = |bytes: &[u8]| {
        HeldCredential::accept(bytes, &first.trust_list(), &keys, NOW, &mut Scratch::default())
            .map(drop)
            .map_err(|error| error.code())
    };
    assert_eq!(accept(&marked), Err("H-08"));
    let again = to_the_second::issue(identity.bytes(), 0, &issuer).unwrap();
    assert_eq!(accept(&again), Ok(()), "what is changed is the time, and nothing else");
}

#[test]
fn a_sloppy_answer_needs_the_keys() {
    let world = copy(1);
    let honest = show(&world, "a", WORK);
    let without = to_the_second::answer(&honest, 1, |_| None, &world.holder);
    assert_eq!(without, Err(SloppyError::NoKey(HOME_OFFICE.to_owned())));
}

#[test]
fn handles_are_named_once_each() {
    let names: std::collections::BTreeSet<&str> = Handle::ALL.into_iter().map(Handle::name).collect();
    assert_eq!(names.len(), Handle::ALL.len());
    let of_the_design = Handle::ALL.into_iter().filter(|handle| handle.is_of_the_design());
    assert_eq!(of_the_design.count(), Handle::ALL.len() - 1);
}
