//! What a party has to know before it judges a registration or a request.

use crate::purpose::Purposes;
use crate::status_list::StatusLists;
use crate::trust_list::TrustList;

/// Trust, purposes and status, all of them verified before. None can be left out.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Who may issue, register and publish status.
    pub trust: &'a TrustList,
    /// The purposes that exist.
    pub purposes: &'a Purposes,
    /// The status lists at hand.
    pub statuses: &'a StatusLists,
}
