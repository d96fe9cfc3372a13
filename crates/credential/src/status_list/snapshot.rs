//! Status lists that are read while they are replaced.
//!
//! ```text
//!   refreshers                                          request threads
//!   verify and inflate, each on its own                 current() -> Arc<StatusLists>
//!   insert: copy of the newest set + the lists ---+            ^        ^
//!                                                 v            |        |
//!                              slot 0 [set n]   slot 1 [set n+1]   active: which slot is read
//! ```
//!
//! [`SharedStatusLists`] holds one set. A reader gets the whole set of one moment and keeps it for a check
//! and its receipt; it never waits. Fetching, verifying and inflating happen before [`SharedStatusLists::insert`],
//! without any lock. Sets replace each other in one order: each is the one before, changed by the rule
//! against older lists (L-08), so that two refreshers at once cannot bring an older list back.
//!
//! # How
//!
//! Two slots, each a read-write lock around an [`Arc`], and the number of the active one. A writer
//! writes the slot that nobody reads, makes it the active one, then writes the other one too, so that no
//! replaced set stays in memory. A reader takes the active slot with [`RwLock::try_read`], which returns at once, and looks
//! again when a writer has made the other slot the active one in the meantime. It therefore reads on
//! wherever a writer stops, even in the middle of a swap; what makes it look again is a swap that has happened.
//!
//! # What was weighed
//!
//! - The crate `arc-swap` 1.9 (no further dependency but `rustversion`, Rust 1.31, MIT or Apache 2.0): a load is about as fast, and
//!   needs no second slot. Its core is unsafe code whose memory orderings were corrected in 1.9.0, with a use after
//!   free corrected in 1.9.4 and one value loaded in the place of another in 1.9.5. In the crate that decides whom to trust, a few
//!   nanoseconds of the 70 µs of a verification are no reason to take that on.
//! - One `RwLock<Arc<StatusLists>>`: fewer lines, but a writer that the system suspends between lock and unlock stops
//!   every reader for a time slice.
//! - A feature of this crate, or a trait in the place of [`StatusLists`]: a feature would hide a module that costs no
//!   dependency, and [`Verifier::verify`](crate::verifier::Verifier::verify) takes a reference to a set already, so that what shares
//!   sets needs no joint there. Somebody with another way to share them uses that one.
//!
//! # Example
//!
//! A service thread refreshes, request threads verify. What makes a [`StatusList`] of bytes is
//! [`StatusListToken::verify`](super::StatusListToken::verify); how the bytes are fetched is for the service.
//!
//! ```
//! use geleit_credential::status_list::{SharedStatusLists, StatusList, StatusListToken, StatusReference};
//! use geleit_credential::standing::Standing;
//! use geleit_testkit::World;
//! use geleit_testkit::world::{CREDENTIAL_LIST, HOME_OFFICE, NOW};
//! use std::thread;
//!
//! let world = World::new();
//! let trust = world.trust_list();
//! let downloaded = world.status_list_bytes(&[(7, Standing::Revoked)]);
//! let shared = SharedStatusLists::default();
//!
//! thread::scope(|threads| {
//!     let refresher = threads.spawn(|| {
//!         // In a loop, each time that `ttl_s` of a list is over.
//!         for bytes in &downloaded {
//!             let list = StatusListToken::parse(bytes)?.verify(&trust, NOW)?;
//!             shared.insert(list)?;
//!         }
//!         Ok::<(), geleit_credential::status_list::StatusListError>(())
//!     });
//!     threads.spawn(|| {
//!         // Once for each request; the set does not change while it is held. It goes into
//!         // `Verifier::verify(.., &statuses, ..)` and into the receipt of the same check.
//!         let statuses = shared.current();
//!         assert!(statuses.len() <= 2);
//!     });
//!     refresher.join().expect("the refresher does not panic")
//! })?;
//!
//! let revoked = StatusReference { uri: CREDENTIAL_LIST, index: 7 };
//! let found = shared.current().find(&trust, HOME_OFFICE, &revoked);
//! assert_eq!(found.standing(), Some(Standing::Revoked));
//! # Ok::<(), geleit_credential::status_list::StatusListError>(())
//! ```

use super::{StatusList, StatusListError, StatusLists};
use core::mem;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};

/// The newest status lists, shared by all threads of a service.
#[derive(Debug, Default)]
pub struct SharedStatusLists(Snapshot<StatusLists>);

impl SharedStatusLists {
    /// Shares these lists.
    #[must_use]
    pub fn new(lists: StatusLists) -> Self {
        Self(Snapshot::new(lists))
    }

    /// The newest set. Waits for nobody and allocates nothing.
    ///
    /// Take it once for each check: what is verified and what the receipt states are then the same lists.
    #[must_use]
    pub fn current(&self) -> Arc<StatusLists> {
        self.0.load()
    }

    /// Puts a list in the place of the one that the same publisher issued before at this address.
    ///
    /// # Errors
    /// L-08, judged by the newest set, whoever else is inserting: nothing is changed then.
    pub fn insert(&self, list: StatusList) -> Result<(), StatusListError> {
        self.insert_all([list])
    }

    /// Inserts several lists in one step: a reader sees all of them or none. For lists that belong together,
    /// such as those of one publisher; one that is older keeps all of them out.
    ///
    /// # Errors
    /// L-08 for one of them, as [`Self::insert`]: nothing is changed then.
    pub fn insert_all(&self, lists: impl IntoIterator<Item = StatusList>) -> Result<(), StatusListError> {
        // An iterator can verify and inflate while it runs: not under a lock.
        let lists: Vec<StatusList> = lists.into_iter().collect();
        self.0.update(|newest| {
            let mut next = newest.clone();
            lists.into_iter().try_for_each(|list| next.insert(list))?;
            Ok(next)
        })
    }
}

/// A value of which readers get the newest without waiting.
#[derive(Debug)]
struct Snapshot<T> {
    slots: [RwLock<Arc<T>>; 2],
    /// The slot to be read: 0 or 1. Nobody writes a slot while it is the active one.
    active: AtomicUsize,
    /// Held by the one who writes.
    writing: Mutex<()>,
}

impl<T: Default> Default for Snapshot<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Snapshot<T> {
    fn new(value: T) -> Self {
        let value = Arc::new(value);
        Self {
            slots: [RwLock::new(Arc::clone(&value)), RwLock::new(value)],
            active: AtomicUsize::new(0),
            writing: Mutex::new(()),
        }
    }

    fn load(&self) -> Arc<T> {
        loop {
            let active = self.active.load(Ordering::SeqCst);
            let slot = match self.slot(active).try_read() {
                Ok(slot) => slot,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                // A swap has happened since `active` was read, and its writer is at this slot now.
                Err(TryLockError::WouldBlock) => continue,
            };
            // Asked again while the slot cannot change: a slot that is not active may hold what is not
            // published yet, and what is published before would then come after it.
            if self.active.load(Ordering::SeqCst) == active {
                return Arc::clone(&slot);
            }
        }
    }

    /// Makes `next` of the newest value the newest. One caller after the other, so that each sees what the
    /// one before has made.
    fn update<E>(&self, next: impl FnOnce(&T) -> Result<T, E>) -> Result<(), E> {
        // Nothing under the lock is left half done by a panic: a slot holds one whole value or another.
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let next = Arc::new(next(&self.load())?);
        let active = self.active.load(Ordering::SeqCst);
        let other = 1 - active;
        self.store(other, Arc::clone(&next));
        self.active.store(other, Ordering::SeqCst);
        self.store(active, next);
        Ok(())
    }

    fn store(&self, slot: usize, value: Arc<T>) {
        let mut slot = self.slot(slot).write().unwrap_or_else(PoisonError::into_inner);
        let before = mem::replace(&mut *slot, value);
        drop(slot);
        // Perhaps megabytes to give back; nobody has to wait for that.
        drop(before);
    }

    const fn slot(&self, number: usize) -> &RwLock<Arc<T>> {
        let [first, second] = &self.slots;
        if number == 0 { first } else { second }
    }
}

#[cfg(test)]
mod tests;
