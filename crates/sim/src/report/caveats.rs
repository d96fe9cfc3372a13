//! What a reader has to know before quoting a number.

/// The caveats of every report, in English.
pub const CAVEATS: [&str; 6] = [
    "Everybody in it is synthetic. No record of a living person was used.",
    "Attributes are drawn from assumed margins (the mix says which figure has a source), mostly independently of each other, because joint distributions are not published. Subgroups that are small in fact may be larger or smaller here.",
    "The share-code design is a model with assumptions: a code, a date of birth, a live look-up, and the failures that were reported in public. It is not the authority's software and was not measured against it.",
    "Rates of faults are parameters of the run. The rates of error follow from them; they are not estimates of how often a real service errs.",
    "Intervals are 95 % intervals after Wilson. They show the chance in drawing people and faults, and nothing of the uncertainty of the assumptions. Checks of one outage or of one person are not independent of each other, so that true intervals are wider.",
    "This is software for tests and research. It is not legal advice.",
];

/// The caveats, in German.
pub const CAVEATS_DE: [&str; 6] = [
    "Alle Personen sind erfunden. Kein Eintrag eines lebenden Menschen wurde benutzt.",
    "Merkmale werden aus angenommenen Randverteilungen gezogen (die Mischung sagt, welche Zahl eine Quelle hat), meist unabhängig voneinander, weil gemeinsame Verteilungen nicht veröffentlicht sind. Kleine Gruppen können hier größer oder kleiner sein als in Wirklichkeit.",
    "Das Share-Code-Verfahren ist ein Modell mit Annahmen: ein Code, ein Geburtsdatum, eine Abfrage, und die Fehler, über die öffentlich berichtet wurde. Es ist nicht die Software der Behörde und wurde nicht an ihr gemessen.",
    "Die Häufigkeit der Störungen ist eine Vorgabe des Laufs. Die Fehlerquoten folgen daraus; sie schätzen nicht, wie oft ein wirklicher Dienst irrt.",
    "Bereiche sind 95-%-Bereiche nach Wilson. Sie zeigen den Zufall beim Ziehen von Personen und Störungen, nichts von der Unsicherheit der Annahmen. Prüfungen während einer Störung oder von einer Person sind nicht unabhängig voneinander; die wahren Bereiche sind weiter.",
    "Dies ist Software für Tests und Forschung. Es ist keine Rechtsberatung.",
];
