//! Asking that something written about a child, or about oneself in it, be corrected. The law gives the right; direction and coordination decide and say why.
//! Nothing is changed by it: whoever may write the text corrects it, and what was signed is annexed to and not altered.

use super::people::named;

/// Most characters of each text.
pub const MOST_TEXT: usize = 1_000;
/// How many open requests one person has about one child.
pub const MOST_OPEN: i64 = 10;

named!(
    /// As whom somebody asks.
    AskedAs, "asked as" {
        /// A guardian, about anything of the child.
        Guardian = "guardian",
        /// A member of the team, about their own data.
        Team = "team",
    }
);

named!(
    /// What became of a request.
    CorrectionState, "correction state" {
        /// Waits for an answer.
        Open = "open",
        /// It is or will be corrected.
        Accepted = "accepted",
        /// It stays, and the answer says why.
        Refused = "refused",
    }
);

/// As whom somebody may ask; `None` for who is neither family nor team: whoever answers does not ask.
#[must_use]
pub const fn asks_as(is_guardian: bool, is_in_team: bool) -> Option<AskedAs> {
    match (is_guardian, is_in_team) {
        (true, _) => Some(AskedAs::Guardian),
        (false, true) => Some(AskedAs::Team),
        (false, false) => None,
    }
}

/// What a decision means.
#[must_use]
pub const fn state(accepted: Option<bool>) -> CorrectionState {
    match accepted {
        None => CorrectionState::Open,
        Some(true) => CorrectionState::Accepted,
        Some(false) => CorrectionState::Refused,
    }
}

/// A text as it is kept: without blanks around it.
///
/// # Errors
/// `too_short`, `too_long`, or `invalid` for control characters other than line breaks.
pub fn text(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    match text.chars().count() {
        _ if text.chars().any(|c| c.is_control() && c != '\n') => Err("invalid"),
        0 => Err("too_short"),
        1..=MOST_TEXT => Ok(text.to_owned()),
        _ => Err("too_long"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn family_and_team_ask_and_nobody_else() {
        assert_eq!(asks_as(true, false), Some(AskedAs::Guardian));
        assert_eq!(asks_as(true, true), Some(AskedAs::Guardian));
        assert_eq!(asks_as(false, true), Some(AskedAs::Team));
        assert_eq!(asks_as(false, false), None);
    }

    #[test]
    fn a_text_says_something_and_not_everything() {
        assert_eq!(text(" nome \n"), Ok("nome".to_owned()));
        assert_eq!((text(" "), text(&"é".repeat(MOST_TEXT + 1))), (Err("too_short"), Err("too_long")));
        assert_eq!(text("a\u{7}"), Err("invalid"));
        assert!(text(&"é".repeat(MOST_TEXT)).is_ok());
    }

    #[test]
    fn a_request_is_open_until_it_is_decided() {
        assert_eq!(
            [None, Some(true), Some(false)].map(state),
            [CorrectionState::Open, CorrectionState::Accepted, CorrectionState::Refused]
        );
    }
}
