//! Sorting and finding byte strings of equal length by their first eight bytes.
//!
//! Hashes and salts of honest issuers differ there, so that nearly every comparison is one of two numbers, and
//! a table entry is small to move. The rest of the bytes decides between those that do not: an issuer that
//! chooses them gets longer comparisons, not more of them.

use super::work;
use core::cmp::Ordering;
use core::mem;
use zeroize::Zeroize;

/// One byte string: its beginning, and where the rest is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Prefixed {
    prefix: u64,
    /// The number or offset by which the owner of the table finds the whole.
    pub(super) at: usize,
}

impl Prefixed {
    pub(super) fn new(bytes: &[u8], at: usize) -> Self {
        Self { prefix: prefix(bytes), at }
    }

    fn group(self) -> usize {
        usize::try_from(self.prefix >> (u64::BITS - GROUP_BITS)).unwrap_or_default()
    }

    /// For the beginnings of salts.
    pub(super) fn wipe(&mut self) {
        self.prefix.zeroize();
    }
}

fn prefix(bytes: &[u8]) -> u64 {
    bytes.first_chunk().copied().map_or(0, u64::from_be_bytes)
}

/// Sorts a table in the order of its byte strings.
pub(super) fn sort<'a>(table: &mut [Prefixed], whole: impl Fn(usize) -> &'a [u8]) {
    table.sort_unstable_by(|a, b| order(a, b, &whole));
}

/// As [`sort`], for a short table of hashes that the caller made (D-86). `spare` is as long.
///
/// The usual sort inserts so few one after the other, and no processor can guess how far the next hash goes.
/// Hashes are spread evenly: counting how many begin with the same bits gives each a place near its own.
pub(super) fn sort_few<'a>(
    table: &mut [Prefixed],
    spare: &mut [Prefixed],
    whole: impl Fn(usize) -> &'a [u8],
) {
    if !table.is_sorted_by_key(|one| one.prefix) {
        spare.copy_from_slice(table);
        spread(spare, table);
    }
    for sorted in 1..table.len() {
        for at in (1..=sorted).rev() {
            match table.get_mut(at - 1..=at) {
                Some([lower, higher]) if order(higher, lower, &whole).is_lt() => mem::swap(lower, higher),
                _ => break,
            }
        }
    }
}

/// Puts each in the first free place of those that begin with the same bits.
fn spread(from: &[Prefixed], to: &mut [Prefixed]) {
    let mut places = [0; 1 << GROUP_BITS];
    for one in from {
        if let Some(next) = places.get_mut(one.group() + 1) {
            *next += 1;
        }
    }
    let mut before = 0;
    for place in &mut places {
        before += *place;
        *place = before;
    }
    for one in from {
        if let Some(place) = places.get_mut(one.group()) {
            if let Some(to) = to.get_mut(*place) {
                *to = *one;
            }
            *place += 1;
        }
    }
}

/// Of 64 hashes, two begin with the same five bits on average.
const GROUP_BITS: u32 = 5;

/// The places of two equal byte strings that stand beside each other in a sorted table, for the first two for
/// which `counts` says yes.
pub(super) fn equal_pair<'a>(
    table: &[Prefixed],
    whole: impl Fn(usize) -> &'a [u8],
    counts: impl Fn(usize, usize) -> bool,
) -> Option<(usize, usize)> {
    table.windows(2).find_map(|pair| match pair {
        [a, b] if a.prefix == b.prefix && whole(a.at) == whole(b.at) && counts(a.at, b.at) => {
            Some((a.at, b.at))
        }
        _ => None,
    })
}

/// The place of `bytes` in a sorted table. Most hashes of a presentation are of nothing that is shown, and one
/// search among the prefixes ends their matter.
#[inline]
pub(super) fn find<'a>(table: &[Prefixed], bytes: &[u8], whole: impl Fn(usize) -> &'a [u8]) -> Option<usize> {
    let wanted = prefix(bytes);
    let from = table.partition_point(|one| {
        work::step();
        one.prefix < wanted
    });
    match table.get(from) {
        Some(one) if one.prefix == wanted => find_among_equals(table.get(from..)?, bytes, whole),
        _ => None,
    }
}

fn find_among_equals<'a>(
    table: &[Prefixed],
    bytes: &[u8],
    whole: impl Fn(usize) -> &'a [u8],
) -> Option<usize> {
    let wanted = prefix(bytes);
    let order = |one: &Prefixed| compare(one.prefix, wanted, || whole(one.at).cmp(bytes));
    let found = table.binary_search_by(order).ok()?;
    table.get(found).map(|one| one.at)
}

fn order<'a>(a: &Prefixed, b: &Prefixed, whole: &impl Fn(usize) -> &'a [u8]) -> Ordering {
    compare(a.prefix, b.prefix, || whole(a.at).cmp(whole(b.at)))
}

fn compare(a: u64, b: u64, rest: impl FnOnce() -> Ordering) -> Ordering {
    work::step();
    a.cmp(&b).then_with(rest)
}

#[cfg(test)]
mod tests {
    use super::{Prefixed, sort_few, spread};
    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};

    proptest! {
        /// Without this, inserting would do all of the work, and nobody would notice.
        #[test]
        fn what_begins_alike_stands_together_and_in_order(hashes in vec(any::<[u8; 32]>(), 0..64)) {
            let from: Vec<Prefixed> = (0..).zip(&hashes).map(|(at, hash)| Prefixed::new(hash, at)).collect();
            let mut table = from.clone();
            spread(&from, &mut table);
            assert!(table.is_sorted_by_key(|one| one.group()));
            let mut spare = table.clone();
            sort_few(&mut table, &mut spare, |at| &hashes[at]);
            let mut sorted = hashes.clone();
            sorted.sort_unstable();
            assert_eq!(table.iter().map(|one| hashes[one.at]).collect::<Vec<_>>(), sorted);
        }
    }
}
