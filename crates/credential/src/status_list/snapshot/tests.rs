use super::*;
use core::convert::Infallible;
use std::sync::mpsc;
use std::thread;

fn count(snapshot: &Snapshot<u64>) -> Result<(), Infallible> {
    snapshot.update(|number| Ok(number + 1))
}

/// Each slot in turn is held by a writer that has stopped; the other one is read.
#[test]
fn a_stopped_writer_stops_no_reader() {
    let snapshot = Snapshot::new(0);
    for round in 0..4 {
        let active = snapshot.active.load(Ordering::SeqCst);
        let stopped = snapshot.slot(1 - active).write().unwrap();
        assert_eq!(*snapshot.load(), round);
        drop(stopped);
        count(&snapshot).unwrap();
    }
}

/// Stopped between its first and its second step: written, not published.
#[test]
fn what_is_not_published_is_not_read() {
    let snapshot = Snapshot::new(1);
    snapshot.store(1, Arc::new(2));
    assert_eq!(*snapshot.load(), 1);
    snapshot.active.store(1, Ordering::SeqCst);
    assert_eq!(*snapshot.load(), 2);
}

#[test]
fn a_refused_update_changes_nothing() {
    let snapshot = Snapshot::new(1);
    assert_eq!(snapshot.update(|_| Err("refused")), Err("refused"));
    assert_eq!(*snapshot.load(), 1);
}

#[test]
fn a_replaced_value_is_given_back() {
    let snapshot = Snapshot::new(vec![1]);
    let first = Arc::downgrade(&snapshot.load());
    snapshot.update(|_| Ok::<_, Infallible>(vec![2])).unwrap();
    assert!(first.upgrade().is_none());
}

#[test]
fn a_writer_that_panics_leaves_the_value_and_the_next_goes_on() {
    let snapshot = Snapshot::new(1);
    thread::scope(|threads| {
        let writer =
            threads.spawn(|| snapshot.update(|_| -> Result<u64, ()> { panic!("a writer's own bug") }));
        assert!(writer.join().is_err());
    });
    assert_eq!(*snapshot.load(), 1);
    count(&snapshot).unwrap();
    assert_eq!(*snapshot.load(), 2);
}

/// A writer waits in the middle of building; the reader sends it on only after it has read.
#[test]
fn a_reader_does_not_wait_for_what_is_being_built() {
    let snapshot = Snapshot::new(0);
    let (go_on, stop) = mpsc::channel::<()>();
    let (building, begun) = mpsc::channel();
    thread::scope(|threads| {
        let snapshot = &snapshot;
        let writer = threads.spawn(move || {
            snapshot.update(|number| {
                building.send(()).unwrap();
                stop.recv().map(|()| number + 1)
            })
        });
        begun.recv().unwrap();
        (0..1_000).for_each(|_| assert_eq!(*snapshot.load(), 0));
        go_on.send(()).unwrap();
        writer.join().unwrap().unwrap();
    });
    assert_eq!(*snapshot.load(), 1);
}

/// No update is lost, and no reader sees a number after a higher one.
#[test]
fn concurrent_updates_are_one_after_the_other() {
    const WRITERS: u64 = 3;
    const EACH: u64 = 2_000;
    let snapshot = Snapshot::new(0);
    thread::scope(|threads| {
        for _ in 0..WRITERS {
            threads.spawn(|| (0..EACH).for_each(|_| count(&snapshot).unwrap()));
        }
        for _ in 0..2 {
            threads.spawn(|| {
                let mut last = 0;
                while last < WRITERS * EACH {
                    let now = *snapshot.load();
                    assert!(now >= last, "{now} after {last}");
                    last = now;
                }
            });
        }
    });
    assert_eq!(*snapshot.load(), WRITERS * EACH);
}
