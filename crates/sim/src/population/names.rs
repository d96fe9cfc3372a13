//! Invented names, in several scripts and lengths. Nobody's data: each was put together for this list.

use super::draw::Draw;
use crate::share_code::record::Name;

/// Family names and given names of one list.
pub(super) type List = (&'static [&'static str], &'static [&'static str]);

const LATIN: List = (
    &[
        "Sample",
        "Muster",
        "Beispiel",
        "Exemplo",
        "Przykładna",
        "Ørnbeck-Testesen",
        "Ó Samplaigh",
        "D'Essai",
        "van der Proef tot Voorbeeld",
        "Li",
    ],
    &["Asha", "Tarek", "Maren", "Zoë", "Łucjana", "José Ensayo", "Anna-Beispiel", "Bo", "Chiamaka Testimony"],
);

const SOUTH_ASIA: List = (
    &["Namunawala", "Udaharan", "उदाहरण", "নমুনাদার", "Parikshakulam Venkatasubramaniasample", "Testpreet"],
    &["Asha", "Devnamun", "प्रयोग", "Udita", "Raj", "Shubhaparikshalakshmi"],
);

const EAST_ASIA: List =
    (&["範例", "Yangben", "견본", "Mẫu", "Vi"], &["試", "Ceshi", "시험", "Thử Nghiệm", "An"]);

const CYRILLIC: List =
    (&["Зразок", "Примерная", "Zrazok", "Пробенко-Тестова"], &["Проба", "Olzhas", "Тестина", "Ія"]);

const ARABIC: List =
    (&["نموذج", "Al-Namuzaj", "Namunezadeh", "مثال"], &["تجربة", "Tajriba", "Namun", "Abd al-Mithal"]);

const AFRICA: List = (
    &["Misaliyu", "Apẹẹrẹ", "Abumnu-Nlele", "Mfano", "Àpẹrẹdara"],
    &["Misali", "Ìdánwò", "Mfanelo", "Chinwale", "Jaribio"],
);

/// The list of this name.
pub(super) fn list(name: &str) -> Option<List> {
    Some(match name {
        "latin" => LATIN,
        "south-asia" => SOUTH_ASIA,
        "east-asia" => EAST_ASIA,
        "cyrillic" => CYRILLIC,
        "arabic" => ARABIC,
        "africa" => AFRICA,
        _ => return None,
    })
}

/// A name of a list.
pub(super) fn draw(name: &str, draw: &mut Draw) -> Name {
    let (families, givens) = list(name).unwrap_or(LATIN);
    let family = draw.any(families).copied().unwrap_or("Sample").to_owned();
    Name { family, given: draw.any(givens).map(|given| (*given).to_owned()) }
}
