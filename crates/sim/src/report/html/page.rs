//! The page that sections are written into: escaped text, tables, figures with ids of their own.

use crate::report::view::printable;

/// A page in the making.
pub(super) struct Page {
    out: String,
    ids: u32,
}

/// The cell of a table.
pub(super) enum Cell {
    /// Text, to the left.
    Text(String),
    /// Digits, to the right.
    Number(String),
    /// Text that stands out: a class of the style sheet, and the text, which says the same.
    State(&'static str, String),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A name that is not broken between lines.
    pub(super) fn word(text: impl Into<String>) -> Self {
        Self::State("w", text.into())
    }

    pub(super) fn number(text: impl Into<String>) -> Self {
        Self::Number(text.into())
    }
}

/// Whether a table is seen at once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// At once.
    Open,
    /// When it is opened, and always in print.
    Folded,
}

impl Page {
    pub(super) const fn new() -> Self {
        Self { out: String::new(), ids: 0 }
    }

    pub(super) fn into_text(self) -> String {
        self.out
    }

    /// An id that nothing else on the page has.
    pub(super) fn id(&mut self) -> u32 {
        self.ids += 1;
        self.ids
    }

    /// Adds markup.
    pub(super) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// Adds an element with nothing but text in it.
    pub(super) fn text(&mut self, element: &str, text: &str) {
        self.out.push_str(&format!("<{element}>{}</{element}>\n", escape(text)));
    }

    /// Adds a list of sentences.
    pub(super) fn list<T: AsRef<str>>(&mut self, items: impl IntoIterator<Item = T>) {
        self.raw("<ul>\n");
        for item in items {
            self.text("li", item.as_ref());
        }
        self.raw("</ul>\n");
    }

    /// Begins a section with a heading that can be linked to.
    pub(super) fn begin(&mut self, id: &str, heading: &str) {
        self.raw(&format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{}</h2>\n", escape(heading)));
    }

    pub(super) fn end(&mut self) {
        self.raw("</section>\n");
    }

    /// Adds a table. The first cell of a row is its heading. A table of nothing is left out.
    pub(super) fn table(&mut self, shown: Shown, caption: &str, head: &[&str], rows: &[Vec<Cell>]) {
        let Some(first) = rows.first() else { return };
        let id = self.id();
        let caption = escape(caption);
        if shown == Shown::Folded {
            self.raw(&format!("<details><summary>Table: {caption}</summary>\n"));
        }
        self.raw(&format!(
            "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-labelledby=\"t{id}\">\n<table>\n<caption id=\"t{id}\">{caption}</caption>\n<thead><tr>"
        ));
        for (at, name) in head.iter().enumerate() {
            let number = matches!(first.get(at), Some(Cell::Number(_)));
            let class = if number { " class=\"n\"" } else { "" };
            self.raw(&format!("<th scope=\"col\"{class}>{}</th>", escape(name)));
        }
        self.raw("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.row(row);
        }
        self.raw("</tbody>\n</table>\n</div>\n");
        if shown == Shown::Folded {
            self.raw("</details>\n");
        }
    }

    fn row(&mut self, row: &[Cell]) {
        self.raw("<tr>");
        for (at, cell) in row.iter().enumerate() {
            let (class, text) = match cell {
                Cell::Text(text) => ("", text),
                Cell::Number(text) => ("n", text),
                Cell::State(class, text) => (*class, text),
            };
            let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
            let text = escape(text);
            self.raw(&if at == 0 {
                format!("<th scope=\"row\"{class}>{text}</th>")
            } else {
                format!("<td{class}>{text}</td>")
            });
        }
        self.raw("</tr>\n");
    }
}

/// Text for elements and attributes. What cannot be seen or turns the direction of writing is an escape.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
