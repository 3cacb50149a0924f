//! Finding messages: what may be asked for, and the piece of a message that is shown around what was found. How words are compared is the database's
//! (`search_fold`, V30), which keeps every character in its place.

/// Fewest characters of a question: one letter finds everything.
pub const LEAST_QUESTION: usize = 2;
/// Most characters of a question: more than anybody types to find a message again.
pub const MOST_QUESTION: usize = 100;
/// Messages of a page: what a screen shows.
pub const PAGE: usize = 20;
/// Stands before a word that was found.
pub const BEGINS: char = '\u{2}';
/// Stands behind it. No message holds either.
pub const ENDS: char = '\u{3}';

/// Most characters of a piece: three lines of a phone.
const PIECE: usize = 160;
/// Characters before the first hit.
const BEFORE: usize = 40;

/// A piece of a message around what was found. Plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The piece, in one line.
    pub text: String,
    /// Where the hits are in it: from and to, counted as browsers count (UTF-16).
    pub hits: Vec<(usize, usize)>,
    /// The message begins before it.
    pub cut_before: bool,
    /// The message goes on behind it.
    pub cut_after: bool,
}

/// A question as it is asked: without blanks around it.
///
/// # Errors
/// `too_short`, `too_long`, or `invalid` for control characters.
pub fn question(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    match text.chars().count() {
        _ if text.chars().any(char::is_control) => Err("invalid"),
        ..LEAST_QUESTION => Err("too_short"),
        LEAST_QUESTION..=MOST_QUESTION => Ok(text.to_owned()),
        _ => Err("too_long"),
    }
}

/// The piece of `body` around the first hit. `marked` is the same text as it was compared, character by character, with [`BEGINS`] and [`ENDS`] around what
/// was found.
#[must_use]
pub fn snippet(body: &str, marked: &str) -> Snippet {
    let body: Vec<char> = body.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let hits = places(marked, body.len());
    let first = hits.first().map_or(0, |(from, _)| *from);
    let from = match first.saturating_sub(BEFORE) {
        0 => 0,
        // Not in the middle of a word, if a blank is near.
        from => (from..first).find(|at| body[*at] == ' ').map_or(from, |at| at + 1),
    };
    let to = match (from + PIECE).min(body.len()) {
        to if to == body.len() => to,
        to => (from + PIECE / 2..to).rev().find(|at| body[*at] == ' ').unwrap_or(to),
    };
    let units = |part: &[char]| part.iter().map(|c| c.len_utf16()).sum::<usize>();
    let shown = hits.into_iter().filter(|(begin, end)| *begin >= from && *end <= to);
    Snippet {
        text: body[from..to].iter().collect(),
        hits: shown.map(|(begin, end)| (units(&body[from..begin]), units(&body[from..end]))).collect(),
        cut_before: from > 0,
        cut_after: to < body.len(),
    }
}

/// Where the marks are, in characters; nothing if the marked text is not as long as the other.
fn places(marked: &str, length: usize) -> Vec<(usize, usize)> {
    let (mut places, mut at, mut begun) = (Vec::new(), 0, None);
    for character in marked.chars() {
        match character {
            BEGINS => begun = Some(at),
            ENDS => places.extend(begun.take().map(|from| (from, at))),
            _ => at += 1,
        }
    }
    if at == length { places } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_a_few_characters_and_no_signs_that_nobody_types() {
        assert_eq!(question(" pé "), Ok("pé".to_owned()));
        assert_eq!(question(&"é".repeat(100)).map(|kept| kept.chars().count()), Ok(100));
        for (wrong, code) in [("", "too_short"), (" a ", "too_short"), ("a\u{2}b", "invalid")] {
            assert_eq!(question(wrong), Err(code), "{wrong:?}");
        }
        assert_eq!(question(&"a".repeat(101)), Err("too_long"));
    }

    #[test]
    fn hits_are_counted_as_browsers_count() {
        let found = snippet("😀 A reunião\né hoje, reunião!", "😀 a \u{2}reuniao\u{3} e hoje  \u{2}reuniao\u{3} ");
        assert_eq!(found.text, "😀 A reunião é hoje, reunião!");
        assert_eq!(found.hits, [(5, 12), (21, 28)]);
        assert!(!found.cut_before && !found.cut_after);
    }

    #[test]
    fn a_long_message_is_cut_between_words_around_the_first_hit() {
        let (before, after) = ("antes ".repeat(50), " depois".repeat(50));
        let found = snippet(&format!("{before}remédio{after}"), &format!("{before}{BEGINS}remedio{ENDS}{after}"));
        assert!(found.cut_before && found.cut_after && found.text.chars().count() <= PIECE, "{found:?}");
        let [(from, to)] = found.hits[..] else { panic!("{found:?}") };
        let units: Vec<u16> = found.text.encode_utf16().collect();
        assert_eq!(String::from_utf16_lossy(&units[from..to]), "remédio");
        assert!(found.text.starts_with("antes ") && found.text.ends_with(" depois"), "{found:?}");
    }

    #[test]
    fn a_text_without_blanks_and_marks_that_do_not_fit_harm_nobody() {
        let long = "x".repeat(500);
        let found = snippet(&long, &format!("{BEGINS}{long}{ENDS}"));
        assert_eq!((found.text.len(), found.cut_after, found.hits.len()), (PIECE, true, 0));
        assert_eq!(snippet("abc", "\u{2}ab\u{3}").hits, []);
        assert_eq!(snippet("", "").text, "");
    }
}
