//! Status lists of a size: signed by the publisher of the world, with a share of entries revoked.

use geleit_credential::standing::Standing;
use geleit_credential::status_list::{
    Bits, Entries, StatusFinding, StatusList, StatusListToken, StatusLists, StatusReference,
};
use geleit_credential::trust_list::TrustList;
use geleit_testkit::World;
use geleit_testkit::world::{HOME_OFFICE, NOW};

/// One entry of this many is revoked: two percent.
const REVOKED_ONE_IN: u64 = 50;

/// A publisher, and those who trust it.
#[derive(Debug)]
pub struct Publisher {
    world: World,
    trust: TrustList,
}

impl Default for Publisher {
    fn default() -> Self {
        let world = World::new();
        let trust = world.trust_list();
        Self { world, trust }
    }
}

impl Publisher {
    /// The address of list number `number`.
    #[must_use]
    pub fn uri(number: usize) -> String {
        format!("https://lists.example/{number}")
    }

    /// A signed list.
    #[must_use]
    pub fn sign(&self, number: usize, bits: Bits, entries: u64) -> Vec<u8> {
        let mut content = self.world.status_list_content(&Self::uri(number));
        content.entries = Entries::all_valid(bits, entries).expect("entries of a list");
        for index in scattered(entries).take(usize::try_from(entries / REVOKED_ONE_IN).unwrap_or_default()) {
            content.entries.set(index, Standing::Revoked).expect("an index of the list");
        }
        content.sign(&self.world.publisher).expect("a list that fits a token")
    }

    /// What a refresher does with a list that it has downloaded, but for putting it beside the others.
    #[must_use]
    pub fn verify(&self, token: &[u8]) -> StatusList {
        let token = StatusListToken::parse(token).expect("a list that was just signed");
        token.verify(&self.trust, NOW).expect("a list that was just signed")
    }

    /// Looks up one entry.
    #[must_use]
    pub fn find(&self, lists: &StatusLists, uri: &str, index: u64) -> StatusFinding {
        lists.find(&self.trust, HOME_OFFICE, &StatusReference { uri, index })
    }
}

/// Indices below `entries`, a power of two, all over the list: a linear congruential generator with the
/// constants of Numerical Recipes, of which the upper bits are taken.
pub fn scattered(entries: u64) -> impl Iterator<Item = u64> {
    let mut state = 1_u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 32) & (entries - 1)
    })
}
