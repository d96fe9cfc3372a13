//! Ordered claims that are answered as "at least t" without the value.
//!
//! ```text
//! value 0..=max  --issuer-->  commitment (32 bytes)  --holder-->  "at least t", t of the domain's steps
//! ```
//!
//! A domain fixes what the numbers mean and which thresholds can ever be registered. It says nothing about
//! how a commitment is made or checked.

use super::Text;
use super::date::Month;
use crate::code_list::level;

/// The numbers of a threshold claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    /// Name, `age`.
    pub name: &'static str,
    /// What is counted.
    pub unit: Text,
    /// Highest value, at most 127; the lowest is 0.
    pub max: u8,
    /// Thresholds that can be registered.
    pub steps: Steps,
    /// How a threshold is written.
    pub notation: Notation,
}

/// The thresholds that an intended use can register.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Steps {
    /// All from 1 to the highest value.
    Every,
    /// These, ascending.
    Only(&'static [u8]),
}

/// How a threshold is written in an address such as `id.age_over.18`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Notation {
    /// The number itself.
    Number,
    /// The month `YYYY-MM` with this index.
    Month,
    /// The level with this rank in [`level::CEFR`].
    Cefr,
    /// The number at this place of [`DAY_STEPS`], counted from 1.
    Days,
}

/// Completed years of age. 45: sec. 18(2) no. 5 AufenthG; 35 and 40: points of the Chancenkarte.
pub const AGE: Domain = Domain {
    name: "age",
    unit: Text { en: "completed years", de: "vollendete Jahre" },
    max: 127,
    steps: Steps::Only(&[13, 14, 16, 18, 21, 25, 27, 30, 35, 40, 45, 60, 65, 67]),
    notation: Notation::Number,
};

/// Last month to whose end something is valid. See [`month_index`].
pub const VALID_MONTHS: Domain = Domain {
    name: "valid_months",
    unit: Text { en: "month", de: "Monat" },
    max: 127,
    steps: Steps::Every,
    notation: Notation::Month,
};

/// EQF level.
pub const EQF: Domain = Domain {
    name: "eqf",
    unit: Text { en: "EQF level", de: "EQR-Niveau" },
    max: 8,
    steps: Steps::Only(&[4, 5, 6, 7]),
    notation: Notation::Number,
};

/// CEFR level by rank: A1 is 1, C2 is 6.
pub const CEFR: Domain = Domain {
    name: "cefr",
    unit: Text { en: "CEFR level", de: "GER-Niveau" },
    max: 6,
    steps: Steps::Only(&[2, 3, 4, 5]),
    notation: Notation::Cefr,
};

/// Days that remain of a short stay, as the number of [`DAY_STEPS`] that are reached.
pub const DAYS_REMAINING: Domain = Domain {
    name: "days_remaining",
    unit: Text { en: "days", de: "Tage" },
    max: 5,
    steps: Steps::Every,
    notation: Notation::Days,
};

/// Every domain.
pub const DOMAINS: &[&Domain] = &[&AGE, &VALID_MONTHS, &EQF, &CEFR, &DAYS_REMAINING];

/// Days of the steps of [`DAYS_REMAINING`].
pub const DAY_STEPS: &[u16] = &[1, 7, 14, 30, 60];

/// Year of the month with index 1.
const EPOCH_YEAR: i32 = 2_025;
/// The index that also stands for every later month, and for "no end".
const LAST_INDEX: u8 = 127;

impl Domain {
    /// Whether an intended use can register `threshold`.
    #[must_use]
    pub fn has_step(&self, threshold: u8) -> bool {
        match self.steps {
            Steps::Every => (1..=self.max).contains(&threshold),
            Steps::Only(steps) => steps.contains(&threshold),
        }
    }

    /// The thresholds that can be registered, ascending.
    pub fn thresholds(&self) -> impl Iterator<Item = u8> {
        (1..=self.max).filter(|threshold| self.has_step(*threshold))
    }

    /// How `threshold` is written, when it can be registered.
    #[must_use]
    pub fn label(&self, threshold: u8) -> Option<String> {
        if !self.has_step(threshold) {
            return None;
        }
        match self.notation {
            Notation::Number => Some(threshold.to_string()),
            Notation::Month => month_at(threshold).map(|month| month.to_string()),
            Notation::Cefr => level::cefr_level(threshold).map(str::to_owned),
            Notation::Days => DAY_STEPS.get(usize::from(threshold).checked_sub(1)?).map(u16::to_string),
        }
    }

    /// The threshold with this label, when it can be registered.
    #[must_use]
    pub fn threshold(&self, label: &str) -> Option<u8> {
        self.thresholds().find(|threshold| self.label(*threshold).as_deref() == Some(label))
    }
}

/// The index of a month in [`VALID_MONTHS`]: 2025-01 is 1, earlier months are 0, 2035-07 and all later ones
/// are 127.
#[must_use]
pub fn month_index(month: Month) -> u8 {
    let index = (i32::from(month.year()) - EPOCH_YEAR) * 12 + i32::from(month.number());
    u8::try_from(index.clamp(0, i32::from(LAST_INDEX))).unwrap_or(LAST_INDEX)
}

/// The month with this index, 1 to 127; for 127 the first of the months that share it.
#[must_use]
pub fn month_at(index: u8) -> Option<Month> {
    let months = u16::from(index).checked_sub(1).filter(|_| index <= LAST_INDEX)?;
    Month::new(2_025 + months / 12, u8::try_from(months % 12 + 1).ok()?)
}

/// The value of a validity claim for an end date (`None`: no end): the last month that is covered to its end.
///
/// "Valid through 2027-05" is a promise about all of May. An end on 2027-05-30 therefore counts as 2027-04,
/// so that "at least" is never said too much.
#[must_use]
pub fn valid_through(until: Option<super::Date>) -> u8 {
    let Some(until) = until else { return LAST_INDEX };
    let index = month_index(until.month());
    let past_the_list = month_at(LAST_INDEX).is_some_and(|last| until.month() > last);
    if until == until.month().last_day() || past_the_list { index } else { index.saturating_sub(1) }
}

/// The value of [`DAYS_REMAINING`] for a number of days.
#[must_use]
pub fn days_remaining(days: u16) -> u8 {
    u8::try_from(DAY_STEPS.iter().filter(|step| **step <= days).count()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::date::{Date, Month};
    use super::{
        AGE, CEFR, DAYS_REMAINING, DOMAINS, EQF, VALID_MONTHS, days_remaining, month_at, month_index,
        valid_through,
    };

    fn month(text: &str) -> u8 {
        month_index(Month::parse(text).unwrap())
    }

    fn until(text: &str) -> u8 {
        valid_through(Date::parse(text))
    }

    #[test]
    fn months_and_indices_are_inverse() {
        assert_eq!((month("2024-12"), month("2025-01"), month("2027-05")), (0, 1, 29));
        assert_eq!(
            (month("2035-06"), month("2035-07"), month("2099-01"), month("0001-01")),
            (126, 127, 127, 0)
        );
        assert!((1..=127).all(|index| month_index(month_at(index).unwrap()) == index));
        assert_eq!((month_at(0), month_at(128)), (None, None));
    }

    #[test]
    fn validity_is_never_overstated() {
        assert_eq!(until("2027-05-31"), month("2027-05"));
        assert_eq!(until("2027-05-30"), month("2027-04"));
        assert_eq!(until("2025-01-30"), 0);
        assert_eq!(until("2035-07-30"), 126);
        assert_eq!(until("2035-08-01"), 127);
        assert_eq!((valid_through(None), until("2024-06-30")), (127, 0));
    }

    #[test]
    fn labels_and_thresholds_are_inverse() {
        for domain in DOMAINS {
            assert!(domain.max <= 127);
            for threshold in domain.thresholds() {
                assert_eq!(
                    domain.threshold(&domain.label(threshold).unwrap()),
                    Some(threshold),
                    "{}",
                    domain.name
                );
            }
        }
        assert_eq!(AGE.threshold("18"), Some(18));
        assert_eq!((AGE.threshold("19"), AGE.threshold("018"), AGE.label(19)), (None, None, None));
        assert_eq!(VALID_MONTHS.threshold("2027-05"), Some(29));
        assert_eq!((CEFR.threshold("B2"), CEFR.threshold("A1"), CEFR.threshold("C2")), (Some(4), None, None));
        assert_eq!((EQF.threshold("6"), EQF.threshold("8")), (Some(6), None));
        assert_eq!((DAYS_REMAINING.threshold("14"), DAYS_REMAINING.threshold("3")), (Some(3), None));
    }

    #[test]
    fn days_count_the_steps_reached() {
        assert_eq!([0, 1, 6, 7, 14, 29, 30, 60, 90].map(days_remaining), [0, 1, 1, 2, 3, 3, 4, 5, 5]);
    }
}
