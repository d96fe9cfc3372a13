//! A log of receipts as a whole.
//!
//! ```text
//! FIRST <- 1 <- 2 <- ... <- n          each names the one before; the last is only as certain as its witness
//! ```
//!
//! A chain of hashes shows what was taken out of its head or its middle. Whoever has the signing key can
//! still leave out the end, or write the whole log anew. That shows only beside a receipt that somebody
//! outside of the log has: the person that it was about, an auditor, an earlier check.

use super::{LogPlace, ReceiptError, VerifiedReceipt};

/// A log that begins with the first receipt, has no gap, and has every receipt that was shown beside it.
#[derive(Clone, Debug)]
pub struct VerifiedLog {
    next: LogPlace,
    witnessed: u64,
}

impl VerifiedLog {
    /// The place of the next receipt.
    #[must_use]
    pub const fn next(&self) -> &LogPlace {
        &self.next
    }

    /// How many receipts there are.
    #[must_use]
    pub const fn receipts(&self) -> u64 {
        self.next.number.saturating_sub(1)
    }

    /// How many of them, counted from the first, cannot have been changed: those up to the newest that
    /// somebody outside of the log has.
    #[must_use]
    pub const fn witnessed(&self) -> u64 {
        self.witnessed
    }

    /// How many more there are, of which only the party's own word says that they are all and the original
    /// ones.
    #[must_use]
    pub const fn unwitnessed(&self) -> u64 {
        self.receipts().saturating_sub(self.witnessed)
    }
}

/// Checks the whole log of one verifier, oldest receipt first, beside the receipts that others have of it.
///
/// Without `witnesses` the result says of no receipt that it is still there: see
/// [`VerifiedLog::unwitnessed`].
///
/// # Errors
/// E-09.
pub fn verify_log(
    receipts: &[VerifiedReceipt],
    witnesses: &[&VerifiedReceipt],
) -> Result<VerifiedLog, ReceiptError> {
    let mut next = LogPlace::FIRST;
    let mut earlier: Option<&VerifiedReceipt> = None;
    for receipt in receipts {
        match earlier {
            Some(earlier) => receipt.follows(earlier)?,
            None => receipt.place.require(&LogPlace::FIRST)?,
        }
        next = LogPlace::after(receipt);
        earlier = Some(receipt);
    }
    let mut log = VerifiedLog { next, witnessed: 0 };
    for witness in witnesses {
        let number = witness.place.number;
        let index = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        let own =
            receipts.get(index).ok_or(ReceiptError::CutOff { known: number, presented: log.receipts() })?;
        if own.id != witness.id {
            return Err(ReceiptError::OtherLog { number });
        }
        log.witnessed = log.witnessed.max(number);
    }
    Ok(log)
}
