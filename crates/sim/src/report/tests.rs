use super::columns::{COLUMNS, Sink};
use super::csv::Csv;
use super::github::github;
use super::html::html;
use super::json;
use super::junit::junit;
use super::lines::{self, Lines};
use super::markdown::markdown;
use super::run_json::run_json;
use super::table::{Style, WIDTH, table};
use super::tap::{EXPECTED_FAILURE, tap};
use super::{Report, Status, dictionary, sample};
use crate::outcome::Truth;
use crate::printable::printable;
use crate::row::{Design, Row};

fn reports() -> [Report; 3] {
    [sample::scenarios(), sample::population(), sample::hostile()]
}

/// Rows with what CSV has to quote, and with lists.
fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = sample::hostile()
        .scenarios
        .into_iter()
        .flat_map(|one| one.checks)
        .flat_map(|check| check.rows)
        .collect();
    let mut row = sample::row("B02/1", Design::Geleit, "ACCEPT_UNTIL 2028-03-31", Truth::Right);
    row.answer.notices = vec!["ok.offline".to_owned(), "status.stale".to_owned()];
    row.answer.disclosed = vec!["work.until".to_owned(), "id.name".to_owned()];
    row.answer.rule = Some("V-07".to_owned());
    row.violated = vec!["X-01".to_owned()];
    rows.insert(0, row);
    rows
}

#[test]
fn terminal() {
    insta::assert_snapshot!("table_scenarios", table(&sample::scenarios(), Style::Plain));
    insta::assert_snapshot!("table_population", table(&sample::population(), Style::Plain));
}

#[test]
fn terminal_lines_fit_and_steer_nothing() {
    for report in reports() {
        let text = table(&report, Style::Plain);
        for line in text.lines() {
            assert!(line.chars().count() <= usize::from(WIDTH), "{} columns: {line}", line.chars().count());
        }
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text}");
    }
}

#[test]
fn colours_come_only_when_asked_for_and_change_no_word() {
    for report in reports() {
        let (plain, colour) = (table(&report, Style::Plain), table(&report, Style::Colour));
        assert!(colour.contains("\u{1b}[1;31mFAILED") || !report.has_failed());
        let mut stripped = String::new();
        for (at, part) in colour.split('\u{1b}').enumerate() {
            stripped.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
        }
        assert_eq!(stripped, plain);
    }
}

#[test]
fn continuous_integration() {
    insta::assert_snapshot!("junit", junit(&sample::scenarios()));
    insta::assert_snapshot!("tap", tap(&sample::scenarios()).replace(EXPECTED_FAILURE, "(directive)"));
    insta::assert_snapshot!("github", github(&sample::scenarios()));
    insta::assert_snapshot!("markdown_scenarios", markdown(&sample::scenarios()));
    insta::assert_snapshot!("markdown_population", markdown(&sample::population()));
}

#[test]
fn junit_is_well_formed_and_counts_what_it_holds() {
    for report in reports() {
        let text = junit(&report);
        let document = roxmltree::Document::parse(&text).unwrap();
        let root = document.root_element();
        for suite in root.children().filter(roxmltree::Node::is_element).chain([root]) {
            for (attribute, element) in
                [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
            {
                let found = suite.descendants().filter(|node| node.has_tag_name(element)).count();
                assert_eq!(suite.attribute(attribute).unwrap(), found.to_string(), "{attribute}");
            }
        }
        let cases = document.descendants().filter(|node| node.has_tag_name("testcase")).count();
        assert_eq!(cases, report.scenarios.len() + report.invariants.len());
        let failed = document.descendants().any(|node| node.has_tag_name("failure"));
        assert_eq!(failed, report.has_failed());
    }
}

#[test]
fn junit_keeps_line_ends_and_writes_out_what_xml_cannot_hold() {
    let text = junit(&sample::hostile());
    let document = roxmltree::Document::parse(&text).unwrap();
    let case = document.descendants().find(|node| node.has_tag_name("testcase")).unwrap();
    let name = case.attribute("name").unwrap();
    let lines: Vec<_> = sample::HOSTILE.split('\n').map(printable).collect();
    let expected = lines.join("\n");
    assert_eq!(name, format!("A01 A01 {expected}"));
}

#[test]
fn a_broken_off_scenario_is_an_error() {
    let mut report = sample::scenarios();
    for one in &mut report.scenarios {
        if one.status == Status::Failed {
            one.checks.clear();
            one.because = Some("system under test: ended without an answer to B08/1".to_owned());
        }
    }
    assert!(junit(&report).contains("<error message=\"system under test: ended"));
    for text in
        [tap(&report), github(&report), markdown(&report), table(&report, Style::Plain), html(&report)]
    {
        assert!(text.contains("ended without an answer to B08/1"), "{text}");
    }
}

#[test]
fn tap_has_a_line_for_every_point_and_no_other() {
    for report in reports() {
        let text = tap(&report);
        let points: Vec<&str> =
            text.lines().filter(|line| line.starts_with("ok ") || line.starts_with("not ok ")).collect();
        assert_eq!(points.len(), report.scenarios.len() + report.invariants.len());
        assert!(text.starts_with(&format!("TAP version 14\n1..{}\n", points.len())));
        let known = ["ok ", "not ok ", "  ", "# ", "TAP version 14", "1.."];
        for line in text.lines() {
            assert!(known.iter().any(|start| line.starts_with(start)), "{line}");
        }
        for (at, point) in points.iter().enumerate() {
            assert!(point.contains(&format!("ok {} - ", at + 1)), "{point}");
        }
        let fails = points
            .iter()
            .any(|line| line.starts_with("not ok") && !line.contains(&format!(" # {EXPECTED_FAILURE} ")));
        assert_eq!(fails, report.has_failed());
        let directives = points.iter().filter(|line| line.contains(" # "));
        let expected = [Status::ExpectedFailure, Status::Skipped, Status::NotApplicable];
        let expected: usize = expected.into_iter().map(|status| report.with_status(status)).sum();
        assert_eq!(directives.count(), expected);
    }
}

#[test]
fn nothing_in_a_text_begins_a_workflow_command() {
    let text = github(&sample::hostile());
    assert_eq!(text.lines().count(), 10);
    for line in text.lines() {
        let (title, message) = line
            .strip_prefix("::error title=")
            .or_else(|| line.strip_prefix("::warning title="))
            .and_then(|rest| rest.split_once("::"))
            .unwrap();
        assert!(!title.contains([':', ',', '\r']) && !message.contains('\r'), "{line}");
        for (at, _) in line.match_indices('%') {
            let code = &line[at + 1..at + 3];
            assert!(["25", "0D", "0A", "3A", "2C"].contains(&code), "{line}");
        }
    }
    assert_eq!(github(&sample::population()), "");
}

#[test]
fn markdown_has_no_markup_but_its_own() {
    let text = markdown(&sample::hostile());
    assert!(!text.contains('<') && !text.contains('\r') && !text.contains(" `x`"), "{text}");
    for line in text.lines().filter(|line| line.starts_with("| ") && line.contains("&lt;b&gt;")) {
        let bars = line.matches('|').count() - line.matches("\\|").count();
        assert!([5, 7].contains(&bars), "{bars} bars: {line}");
    }
}

#[test]
fn json_is_read_back_and_has_the_rates() {
    for report in reports() {
        let text = json::json(&report).unwrap();
        assert_eq!(json::read(&text).unwrap(), report);
    }
    let text = json::json(&sample::population()).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rate = &value["rates"]["share-code"]["all"]["all"]["false_negative"];
    assert_eq!((rate["count"].as_u64(), rate["of"].as_u64()), (Some(20), Some(180)));
    assert_eq!((rate["share"].as_f64(), rate["low"].as_f64()), (Some(0.111_111), Some(0.073_088)));
    assert!(value["rates"]["geleit"]["nationality"]["stateless"]["indeterminate"]["high"].is_f64());
    assert!(value["rates"]["geleit"]["permit"]["settled"]["fallback_success"]["share"].is_null());
    let scenarios: serde_json::Value =
        serde_json::from_str(&json::json(&sample::scenarios()).unwrap()).unwrap();
    assert!(scenarios.get("rates").is_none());
}

#[test]
fn injected_outages_can_be_left_out() {
    let report = sample::population();
    let value: serde_json::Value = serde_json::from_str(&json::json(&report).unwrap()).unwrap();
    let rate = &value["rates_without_outages"]["share-code"]["indeterminate"];
    assert_eq!((rate["count"].as_u64(), rate["of"].as_u64()), (Some(0), Some(160)));
    assert_eq!(value["rates"]["share-code"]["all"]["all"]["indeterminate"]["count"].as_u64(), Some(40));
    assert!(table(&report, Style::Plain).contains("without injected outages"));
    assert!(markdown(&report).contains("| share-code, without injected outages | 160 | 14.29%"));
    let page = html(&report);
    assert!(page.contains("geleit, without injected outages: &quot;no&quot; in 0 of 140 checks"));
    assert!(page.contains("<th scope=\"row\">share-code, without injected outages</th>"));
    assert!(page.contains("geleit, ohne eingespielte Ausfälle"));
}

#[test]
fn what_was_assumed_is_in_the_page() {
    let page = html(&sample::population());
    let section = page.split_once("<h2 id=\"assumptions\">").unwrap().1.split_once("</section>").unwrap().0;
    let (open, folded) = section.split_once("<details>").unwrap();
    assert!(open.contains("<th scope=\"row\" class=\"w\">look-up</th><td>80h</td><td>30h</td>"), "{open}");
    assert!(open.contains("desk.gives_in_per_million") && !open.contains("permit[settled]"));
    assert!(folded.contains("permit[settled].weight") && folded.contains("order of size &lt;only&gt;"));
    assert!(folded.contains("441") && folded.contains("a digest (2024-12)"));
    assert!(page.contains("<th scope=\"col\" class=\"n\">neither, with a right</th>"));
    // Reports of scenarios, and reports without them, have no such section and no link to it.
    assert!(!html(&sample::scenarios()).contains("assumptions\""));
    let mut before = sample::population();
    before.run.population.as_mut().unwrap().assumptions = super::Assumptions::default();
    assert!(!html(&before).contains("assumptions\""));
    let text = json::json(&before).unwrap();
    assert!(!text.contains("\"assumptions\""));
    assert_eq!(json::read(&text).unwrap(), before);
}

#[test]
fn what_was_never_looked_at_did_not_hold() {
    let mut report = sample::population();
    report.invariants[5].checked = 0;
    assert!(table(&report, Style::Plain).contains("n/a      X-06   "));
    let ending = "5 invariants held; 1 not checked";
    let on_one_line = table(&report, Style::Plain).replace("\n", " ");
    assert!(on_one_line.contains(ending) && markdown(&report).contains(ending));
    assert!(
        tap(&report).contains(
            "ok 6 - X-06 Every receipt replays to the same outcome and reason. # SKIP not checked\n"
        )
    );
    assert!(junit(&report).contains("tests=\"6\" failures=\"0\" errors=\"0\" skipped=\"1\""));
    assert!(markdown(&report).contains("| 0 | not checked |"));
    let page = html(&report);
    assert!(
        page.contains("5 invariants held, 1 were not checked.") && page.contains("1 wurden nicht geprüft")
    );
    assert!(page.contains("<td class=\"w\">not checked</td>") && !report.has_failed());
}

#[test]
fn lines_of_a_broken_name_keep_their_indent() {
    let mut report = sample::scenarios();
    for check in report.scenarios.iter_mut().flat_map(|one| &mut one.checks) {
        "a name that is much longer than its column".clone_into(&mut check.name);
    }
    let text = table(&report, Style::Plain);
    let failed = text.split_once("FAILED B08").unwrap().1.split_once("\n\n").unwrap().0;
    assert!(failed.lines().skip(1).all(|line| line.starts_with("   ")), "{failed}");
    assert!(failed.lines().filter(|line| line.trim_start().starts_with("a name")).count() == 2);
}

#[test]
fn json_of_another_version_is_refused() {
    let text = json::json(&sample::scenarios()).unwrap().replacen("geleit.sim/1", "geleit.sim/2", 1);
    let refused = json::read(&text).unwrap_err().to_string();
    assert_eq!(refused, "report: schema geleit.sim/1 is required; this one is \"geleit.sim/2\"");
    assert!(json::read("{}").is_err() && json::read("").is_err());
}

#[test]
fn the_run_says_how_to_repeat_it() {
    insta::assert_snapshot!("run_json", run_json(&sample::population()).unwrap());
}

#[test]
fn lines_are_read_back() {
    let rows = rows();
    let mut out = Lines::new(Vec::new());
    for row in &rows {
        out.row(row).unwrap();
    }
    out.finish().unwrap();
    let text = String::from_utf8(out.into_inner()).unwrap();
    assert_eq!(text.lines().map(|line| lines::read(line).unwrap()).collect::<Vec<_>>(), rows);
    assert!(text.starts_with("{\"schema\":\"geleit.sim.row/1\",\"check\":\"B02/1\",\"design\":\"geleit\","));
    assert!(lines::read(&text.lines().next().unwrap().replace("row/1", "row/2")).is_err());
}

fn csv() -> String {
    let mut out = Csv::new(Vec::new()).unwrap();
    for row in rows() {
        out.row(&row).unwrap();
    }
    out.finish().unwrap();
    String::from_utf8(out.into_inner()).unwrap()
}

/// A reader of RFC 4180, to the letter.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        match (quoted, c) {
            (true, '"') if chars.next_if_eq(&'"').is_some() => field.push('"'),
            (_, '"') => quoted = !quoted,
            (false, ',') => record.push(std::mem::take(&mut field)),
            (false, '\r') if chars.next_if_eq(&'\n').is_some() => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            (_, c) => field.push(c),
        }
    }
    assert!(!quoted && field.is_empty() && record.is_empty(), "the last record has an end");
    records
}

#[test]
fn csv_is_read_back_by_the_letter_of_rfc_4180() {
    let records = read_csv(&csv());
    let rows = rows();
    assert_eq!(records.len(), rows.len() + 1);
    let at = |name| COLUMNS.iter().position(|column| column.name == name).unwrap();
    for (record, row) in records[1..].iter().zip(&rows) {
        assert_eq!(record.len(), COLUMNS.len());
        assert_eq!(record[at("reason")], printable(&row.answer.reason));
        assert_eq!(record[at("disclosed")], printable(&row.answer.disclosed.join(" ")));
        assert_eq!(record[at("latency_ms")], row.latency_ms.to_string());
    }
}

/// OWASP's list, and the wide forms that spreadsheets of East Asia take alike.
#[test]
fn no_cell_of_csv_begins_a_formula() {
    for (text, shown) in [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\\t=1"),
        ("\rx", "'\\rx"),
        (" =1", "' =1"),
        ("\u{ff1d}1", "'\u{ff1d}1"),
        ("=cmd|' /C calc'!A0,\"x\"", "'=cmd|' /C calc'!A0,\"x\""),
        ("a\u{202e}b\u{1b}[2J", "a\\u{202e}b\\u{1b}[2J"),
        ("B02/1", "B02/1"),
        ("work.until=x", "work.until=x"),
    ] {
        let mut row = sample::row("B02/1", Design::Geleit, "ACCEPT", Truth::Right);
        row.answer.reason = text.to_owned();
        row.answer.notices = vec![text.to_owned()];
        row.answer.disclosed = vec![text.to_owned(), "x".to_owned()];
        let mut out = Csv::new(Vec::new()).unwrap();
        out.row(&row).unwrap();
        let records = read_csv(&String::from_utf8(out.into_inner()).unwrap());
        let cell = |name| &records[1][COLUMNS.iter().position(|column| column.name == name).unwrap()];
        assert_eq!(cell("reason"), shown);
        assert_eq!(cell("notices"), shown);
        assert_eq!(*cell("disclosed"), format!("{shown} x"));
        assert_eq!((cell("check").as_str(), cell("latency_ms").as_str()), ("B02/1", "40"));
    }
}

#[test]
fn nothing_steers_what_shows_the_outputs_of_ci() {
    let hostile = "a\u{1b}[2J\u{7}\u{85}\u{202e}\u{2028}\r##[error]b ::error::c";
    let mut report = sample::hostile();
    report.run.system = hostile.to_owned();
    for one in &mut report.scenarios {
        (one.title, one.family) = (hostile.to_owned(), hostile.to_owned());
        one.because = one.because.as_ref().map(|_| hostile.to_owned());
        for check in &mut one.checks {
            check.name = hostile.to_owned();
            check.differences.iter_mut().for_each(|difference| difference.actual = hostile.to_owned());
        }
    }
    for text in [tap(&report), junit(&report), markdown(&report), github(&report)] {
        let steers = |c: char| c != '\n' && printable(&c.to_string()) != c.to_string();
        assert!(!text.contains(steers), "{text}");
        assert!(!text.contains("##["), "{text}");
        let commands = text.lines().filter(|line| line.trim_start().starts_with("::"));
        let own = commands
            .filter(|line| line.starts_with("::error title=") || line.starts_with("::warning title="));
        let all = text.lines().filter(|line| line.trim_start().starts_with("::")).count();
        assert_eq!(own.count(), all, "{text}");
        assert!(text.contains("202e"), "it is shown");
    }
    let text = junit(&report);
    assert!(roxmltree::Document::parse(&text).is_ok(), "{text}");
}

#[test]
fn csv_of_a_row() {
    let text = csv();
    let lines: Vec<&str> = text.split("\r\n").take(2).collect();
    insta::assert_snapshot!("csv", lines.join("\n"));
}

#[test]
fn the_dictionary_has_every_column_and_every_word() {
    let mut out = Vec::new();
    dictionary::write(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let records = read_csv(&text);
    assert_eq!(records[0], dictionary::HEADING);
    let heading = read_csv(&csv()).remove(0);
    assert_eq!(records[1..].iter().map(|record| record[0].clone()).collect::<Vec<_>>(), heading);
    for record in &records[1..] {
        let [name, kind, unit, meaning, values] = &record[..] else { panic!("{record:?}") };
        assert!(meaning.ends_with('.'), "{name}");
        assert_eq!(kind == "word", !values.is_empty(), "{name}");
        assert!(kind != "integer" || !unit.is_empty(), "{name} has a unit");
        for row in read_csv(&csv()).iter().skip(1).filter(|_| kind == "word") {
            let cell = &row[heading.iter().position(|one| one == name).unwrap()];
            assert!(values.split(' ').any(|word| word == cell), "{name}: {cell}");
        }
    }
    insta::assert_snapshot!("dictionary", text.replace("\r\n", "\n"));
}

#[test]
fn pages_fetch_nothing_and_run_nothing() {
    for report in reports() {
        let text = html(&report);
        for word in ["http:", "https:", "<script", "src=", "url(//", "@import", "<link", "javascript:", " on"]
        {
            let found = text.match_indices(word).any(|(at, _)| word != " on" || is_handler(&text[at..]));
            assert!(!found, "{word}");
        }
        let links = text.match_indices("href=\"").map(|(at, _)| &text[at + 6..]);
        for link in links {
            let id = link.strip_prefix('#').and_then(|rest| rest.split_once('"')).unwrap().0;
            assert!(text.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
}

#[test]
fn the_policy_admits_the_style_of_the_page_and_nothing_else() {
    use base64ct::{Base64, Encoding};
    use sha2::{Digest, Sha256};

    let text = html(&sample::hostile());
    let style = text.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let digest = Base64::encode_string(&Sha256::digest(style.as_bytes()));
    assert!(text.contains(&format!("content=\"default-src 'none'; style-src 'sha256-{digest}'\">")));
    assert!(!text.contains(" style=\""));
}

/// `onclick="` and its like, inside of a tag.
fn is_handler(text: &str) -> bool {
    let name: String = text.trim_start().chars().take_while(char::is_ascii_lowercase).collect();
    text.trim_start()[name.len()..].starts_with("=\"")
}

#[test]
fn every_chart_has_a_name_a_description_and_a_table() {
    for report in reports() {
        let text = html(&report);
        let charts: Vec<usize> = text.match_indices("<svg ").map(|(at, _)| at).collect();
        assert!(charts.len() >= 3, "{}", charts.len());
        for at in charts {
            let (chart, rest) = text[at..].split_once("</svg>").unwrap();
            let labels = chart.split_once("aria-labelledby=\"").unwrap().1.split_once('"').unwrap().0;
            let (title, desc) = labels.split_once(' ').unwrap();
            assert!(chart.starts_with("<svg role=\"img\""));
            assert!(chart.contains(&format!("<title id=\"{title}\">")), "{title}");
            assert!(chart.contains(&format!("<desc id=\"{desc}\">")), "{desc}");
            let section = rest.split_once("</section>").unwrap().0;
            assert!(section.contains("<table>"), "a table follows {title}");
        }
        assert!(!text.contains("NaN") && !text.contains("inf\""));
    }
}

#[test]
fn pages_are_well_formed_and_their_ids_are_unique() {
    for report in reports() {
        let text = html(&report);
        let mut ids: Vec<&str> = text
            .match_indices(" id=\"")
            .map(|(at, mark)| text[at + mark.len()..].split_once('"').unwrap().0)
            .collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
        let body = text.split_once("</head>").unwrap().1.rsplit_once("</html>").unwrap().0;
        let document = roxmltree::Document::parse(body.trim()).unwrap();
        for table in document.descendants().filter(|node| node.has_tag_name("table")) {
            assert!(table.children().any(|node| node.has_tag_name("caption")));
            let headings = table.descendants().filter(|node| node.has_tag_name("th"));
            assert!(
                headings.into_iter().all(|node| ["col", "row"].contains(&node.attribute("scope").unwrap()))
            );
        }
        let texts = document.descendants().filter(|node| node.is_text());
        let hostile = texts.filter(|node| node.text().unwrap().contains("<b>&\"'</b>")).count();
        assert_eq!(hostile > 0, report.run.system == sample::HOSTILE);
    }
}

#[test]
fn pages_say_the_same_twice() {
    for report in reports() {
        assert_eq!(html(&report), html(&report));
    }
    let text = html(&sample::population());
    let said = "share-code: &quot;no&quot; in 20 of 180 checks (11.11%; 7.31 to 16.54%) of people who have the right";
    assert!(text.contains(said));
    assert!(text.contains(
        "20 von 180 Prüfungen (11,11\u{a0}%; 7,31 bis 16,54\u{a0}%) von Personen, die das Recht haben"
    ));
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_the_same_columns_and_cells() {
    use super::parquet::Parquet;
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    use ::parquet::record::Field;

    let rows = rows();
    let file = tempfile::tempfile().unwrap();
    let mut out = Parquet::new(file.try_clone().unwrap()).unwrap();
    for row in &rows {
        out.row(row).unwrap();
    }
    out.finish().unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let records: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(records.len(), rows.len());
    for (record, row) in records.iter().zip(&rows) {
        let names: Vec<&String> = record.get_column_iter().map(|(name, _)| name).collect();
        assert_eq!(names, COLUMNS.map(|column| column.name));
        let cell = |name: &str| record.get_column_iter().find(|(one, _)| *one == name).unwrap().1.clone();
        assert_eq!(cell("reason"), Field::Str(row.answer.reason.clone()));
        assert_eq!(cell("latency_ms"), Field::UInt(row.latency_ms));
        assert_eq!(cell("at_utc"), Field::TimestampMillis(1_795_424_400_000));
    }
    let until = |record: &::parquet::record::Row| {
        record.get_column_iter().find(|(name, _)| *name == "until_date").unwrap().1.clone()
    };
    assert_eq!(until(&records[0]), Field::Date(21_274));
    assert_eq!(until(&records[1]), Field::Null);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_written_by_groups() {
    use super::parquet::Parquet;
    use ::parquet::file::reader::{FileReader, SerializedFileReader};

    let file = tempfile::tempfile().unwrap();
    let mut out = Parquet::new(std::io::BufWriter::new(file.try_clone().unwrap())).unwrap();
    let row = sample::row("p1/1", Design::Geleit, "ACCEPT", Truth::Right);
    for _ in 0..65_537 {
        out.row(&row).unwrap();
    }
    out.finish().unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let groups = reader.metadata().row_groups().iter().map(|group| group.num_rows());
    assert_eq!(groups.collect::<Vec<_>>(), [65_536, 1]);
}
