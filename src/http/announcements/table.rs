//! Confirmations as a table for the spreadsheets that schools use: UTF-8 with its mark, semicolons between cells (in Brazil the comma divides decimals),
//! and no cell that a spreadsheet would take for a formula.

use crate::domain::conversation::Confirmed;
use crate::http::dossiers::words::moment;
use crate::store::rooms::announcements::{Receipts, StudentReceipts};

const HEAD: [&str; 6] = ["Estudante", "Responsável", "Visto em", "Confirmado em", "Como", "Estudante confirmado"];

/// The whole table.
pub fn of(receipts: &Receipts) -> String {
    let mut text = "\u{feff}".to_owned();
    line(&mut text, HEAD.map(str::to_owned));
    for student in &receipts.students {
        rows(&mut text, student);
    }
    text
}

fn rows(text: &mut String, student: &StudentReceipts) {
    let confirmed = if student.is_confirmed() { "sim" } else { "não" };
    let name = || student.name.clone();
    if student.guardians.is_empty() {
        let empty = String::new;
        line(text, [name(), empty(), empty(), empty(), empty(), confirmed.to_owned()]);
    }
    for guardian in &student.guardians {
        let confirmation = guardian.confirmation;
        line(
            text,
            [
                name(),
                guardian.name.clone(),
                guardian.seen_at.map(moment).unwrap_or_default(),
                confirmation.map(|confirmation| moment(confirmation.at)).unwrap_or_default(),
                confirmation.map(|confirmation| how(confirmation.how).to_owned()).unwrap_or_default(),
                confirmed.to_owned(),
            ],
        );
    }
}

const fn how(how: Confirmed) -> &'static str {
    match how {
        Confirmed::Tap => "lido",
        Confirmed::Audio => "ouvido",
    }
}

fn line(text: &mut String, cells: [String; HEAD.len()]) {
    text.push_str(&cells.map(|text| cell(&text)).join(";"));
    text.push_str("\r\n");
}

/// A cell: never a formula, whatever a name begins with, and quoted where it must be.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let guarded = if is_formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([';', '"', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_its_line() {
        for (text, written) in [
            ("Denise Barreto", "Denise Barreto"),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+55", "'+55"),
            ("-1", "'-1"),
            ("@soma", "'@soma"),
            ("\t=1", "'\t=1"),
            ("a;b", "\"a;b\""),
            ("a\nb", "\"a\nb\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
