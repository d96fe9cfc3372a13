//! A few things that were used last, found again by what they were made of.

use std::collections::VecDeque;

/// The most that is kept of one kind.
const MOST: usize = 64;

/// What was used last comes first.
#[derive(Debug)]
pub(super) struct Recent<K, V>(VecDeque<(K, V)>);

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<K: PartialEq, V: Clone> Recent<K, V> {
    /// The value of the key that is meant.
    pub(super) fn find(&mut self, is_meant: impl Fn(&K) -> bool) -> Option<V> {
        let place = self.0.iter().position(|(key, _)| is_meant(key))?;
        let (key, value) = self.0.remove(place)?;
        self.0.push_front((key, value.clone()));
        Some(value)
    }

    /// Keeps a value, in the place of an older one of the same key.
    pub(super) fn keep(&mut self, key: K, value: V) {
        self.0.retain(|(known, _)| *known != key);
        self.0.push_front((key, value));
        self.0.truncate(MOST);
    }

    /// The value of a key, made when there is none.
    pub(super) fn find_or(&mut self, key: K, make: impl FnOnce() -> V) -> V {
        self.find(|known| *known == key).unwrap_or_else(|| {
            let value = make();
            self.keep(key, value.clone());
            value
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Recent};

    #[test]
    fn what_was_used_last_is_kept() {
        let mut recent = Recent::default();
        for number in 0..=MOST {
            recent.keep(number, number * 10);
            assert_eq!(recent.find(|key| *key == 0), if number < MOST + 1 { Some(0) } else { None });
        }
        assert_eq!(recent.find(|key| *key == 1), None, "it was used longest ago");
        assert_eq!(recent.find_or(2, || 7), 20);
        recent.keep(2, 5);
        assert_eq!((recent.find_or(2, || 7), recent.find_or(1, || 7)), (5, 7));
    }
}
