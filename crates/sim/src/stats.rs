//! Shares with their uncertainty.

use serde::Serialize;

/// A share with its 95 % interval after Wilson (1927), which stays inside 0 and 1 and holds for small counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// The share; 0 of nothing.
    pub share: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// The quantile of the normal distribution for 95 %, both sides.
const Z: f64 = 1.959_963_984_540_054;

impl Share {
    /// `count` of `of`. Of nothing, everything is possible: the interval is 0 to 1.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "counts of a simulation are far below 2^53")]
    pub fn new(count: u64, of: u64) -> Self {
        if of == 0 {
            return Self { count, of, share: 0.0, low: 0.0, high: 1.0 };
        }
        let (k, n) = (count as f64, of as f64);
        let share = k / n;
        let scale = 1.0 + Z * Z / n;
        let middle = (share + Z * Z / (2.0 * n)) / scale;
        let half = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        let low = if count == 0 { 0.0 } else { (middle - half).max(0.0) };
        let high = if count == of { 1.0 } else { (middle + half).min(1.0) };
        Self { count, of, share, low, high }
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    /// Agresti and Coull 1998, and the closed form for 0 of n: z^2 / (n + z^2).
    #[test]
    fn known_intervals() {
        let share = Share::new(1, 10);
        assert!((share.low - 0.017_876).abs() < 1e-5 && (share.high - 0.404_150).abs() < 1e-5, "{share:?}");
        let none = Share::new(0, 100);
        assert!(none.low == 0.0 && (none.high - 0.036_995).abs() < 1e-5, "{none:?}");
        let all = Share::new(5, 5);
        assert!(all.high == 1.0 && all.low > 0.5, "{all:?}");
        assert_eq!((Share::new(0, 0).low, Share::new(0, 0).high), (0.0, 1.0));
    }
}
