//! "Did you mean": the known name that is closest to an unknown one.

use geleit_credential::schema::{Claim, TYPES};

/// The closest name, when it is close enough to be meant.
pub(crate) fn closest<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let distance = |name: &'n str| (distance(wanted, name), name);
    let (distance, name) = names.into_iter().map(distance).min()?;
    (distance <= 1 + wanted.chars().count() / 3).then_some(name)
}

/// Every claim id of the three types, members of list elements included.
pub(crate) fn claim_ids() -> impl Iterator<Item = &'static str> {
    let with_members = |claim: &'static Claim| {
        core::iter::once(claim.id).chain(claim.record().iter().map(|member| member.id))
    };
    TYPES.iter().flat_map(|one| one.claims()).flat_map(move |(_, claim)| with_members(claim))
}

/// Levenshtein: insertions, deletions and replacements of characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for (pair, to) in row.windows(2).zip(&b) {
            let (diagonal, above) = (pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0));
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(from != *to)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{claim_ids, closest, distance};

    #[test]
    fn the_closest_name_is_found() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(closest("id.familyname", claim_ids()), Some("id.family_name"));
        assert_eq!(closest("res.uk.work.permited", claim_ids()), Some("res.uk.work.permitted"));
        assert_eq!(closest("something else entirely", claim_ids()), None);
    }
}
