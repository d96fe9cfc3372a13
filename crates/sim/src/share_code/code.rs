//! The code itself: nine characters, of which the first says what it is for (SC-02, SC-03).
//!
//! ```text
//! W33 P9K ZMH     SB9 3NG ZKE     the published examples
//! ^               ^
//! work            something else
//! ```
//!
//! It knows nothing of people: what a code opens is in the records of the authority.

use core::fmt;
use core::str::FromStr;
use rand_core::Rng;

/// What a code is for, by its first letter (SC-03).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Letter {
    /// `W`: work.
    Work,
    /// `R`: rent, in England only.
    Rent,
    /// `S`: something else.
    SomethingElse,
}

impl Letter {
    /// Every letter.
    pub const ALL: [Self; 3] = [Self::Work, Self::Rent, Self::SomethingElse];

    /// The letter as it is written.
    #[must_use]
    pub const fn character(self) -> char {
        match self {
            Self::Work => 'W',
            Self::Rent => 'R',
            Self::SomethingElse => 'S',
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Work => b'W',
            Self::Rent => b'R',
            Self::SomethingElse => b'S',
        }
    }

    fn of(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|letter| letter.byte() == byte)
    }
}

/// SC-02: the alphabet is not published. Capital letters and digits are an assumption, wide enough for both
/// published examples.
const ALPHABET: [u8; 36] = *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// SC-02: characters of a code.
const LENGTH: usize = 9;

/// A share code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    letter: Letter,
    rest: [u8; LENGTH - 1],
}

impl Code {
    /// Draws a code for a purpose.
    pub fn draw(letter: Letter, rng: &mut impl Rng) -> Self {
        Self { letter, rest: core::array::from_fn(|_| draw_character(rng)) }
    }

    /// What it is for.
    #[must_use]
    pub const fn letter(&self) -> Letter {
        self.letter
    }
}

/// Every character is equally likely: bytes that would favour the first ones are drawn again.
fn draw_character(rng: &mut impl Rng) -> u8 {
    loop {
        let mut byte = [0];
        rng.fill_bytes(&mut byte);
        let [drawn] = byte;
        if let Some(character) = ALPHABET.get(usize::from(drawn % 64)) {
            return *character;
        }
    }
}

impl fmt::Display for Code {
    /// In three groups of three, as it is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Write::write_char(f, self.letter.character())?;
        for (place, byte) in self.rest.iter().enumerate() {
            let gap = if place % 3 == 2 { " " } else { "" };
            write!(f, "{gap}{}", char::from(*byte))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

/// Not a share code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no share code: nine letters and digits are required, the first of them W, R or S")]
pub struct NoCodeText;

impl FromStr for Code {
    type Err = NoCodeText;

    /// Reads a code as people write it: with or without gaps, in capitals or not.
    fn from_str(text: &str) -> Result<Self, NoCodeText> {
        let mut typed = text.bytes().filter(|byte| *byte != b' ').map(|byte| byte.to_ascii_uppercase());
        let letter = typed.next().and_then(Letter::of).ok_or(NoCodeText)?;
        let mut rest = [0; LENGTH - 1];
        for place in &mut rest {
            *place = typed.next().filter(|byte| ALPHABET.contains(byte)).ok_or(NoCodeText)?;
        }
        if typed.next().is_some() {
            return Err(NoCodeText);
        }
        Ok(Self { letter, rest })
    }
}
