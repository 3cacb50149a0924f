//! Tables of the page: figures of servers, and bars with what was measured.

use std::fmt::Write;

use crate::outcome::Outcome;

/// A column: heading, figure, digits behind the point.
pub type Column = (&'static str, &'static str, usize);

/// What is asked, what was measured, and whether it is enough.
pub type Bar = (&'static str, String, bool);

/// A figure as the page shows it.
pub fn cell(outcome: &Outcome, (_, figure, digits): &Column) -> String {
    outcome.figures.get(*figure).map_or("–".to_owned(), |value| format!("{value:.digits$}"))
}

/// One row a server, and below the table what went wrong.
pub fn rows(out: &mut String, columns: &[Column], outcomes: &[Outcome]) {
    let headings: Vec<&str> = columns.iter().map(|column| column.0).collect();
    write!(out, "| server | {} |\n|---|{}\n", headings.join(" | "), "--:|".repeat(headings.len())).ok();
    for outcome in outcomes {
        let cells: Vec<String> = columns.iter().map(|column| cell(outcome, column)).collect();
        writeln!(out, "| {} | {} |", outcome.peer, cells.join(" | ")).ok();
    }
    troubles(out, outcomes);
}

/// What went wrong.
pub fn troubles(out: &mut String, outcomes: &[Outcome]) {
    for outcome in outcomes {
        if let Some(trouble) = &outcome.trouble {
            write!(out, "\n{}: {trouble}.\n", outcome.peer).ok();
        }
    }
}

/// The table of bars.
pub fn bars(out: &mut String, bars: &[Bar]) {
    out.push_str("| bar | measured | reached |\n|---|---|---|\n");
    for (words, measured, reached) in bars {
        let verdict = match (measured.contains("NaN"), reached) {
            (true, _) => "not measured",
            (false, true) => "yes",
            (false, false) => "**no**",
        };
        let measured = measured.replace("NaN", "–");
        writeln!(out, "| {words} | {measured} | {verdict} |").ok();
    }
    out.push('\n');
}
