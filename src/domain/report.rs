//! Reporting a message ("denúncia"): why somebody may, and what direction or coordination decide. What was said is frozen with the report.

use super::ids::UserId;
use super::people::named;

/// Most characters of a note.
pub const MOST_NOTE: usize = 500;
/// How many messages one person reports in a day at most: whoever has more to report has called somebody by then.
pub const MOST_A_DAY: i64 = 20;

named!(
    /// Why a message is reported.
    ReportReason, "report reason" {
        /// It insults or humiliates.
        Offence = "offence",
        /// It threatens.
        Threat = "threat",
        /// It tells what is nobody's business in this room.
        PrivateData = "private_data",
        /// Something else; the note says what.
        Other = "other",
    }
);

named!(
    /// What became of a report.
    ReportState, "report state" {
        /// Waits for a decision.
        Open = "open",
        /// Somebody has decided.
        Decided = "decided",
    }
);

named!(
    /// What was decided.
    ReportDecision, "report decision" {
        /// Nothing has to be done.
        NoAction = "no_action",
        /// Somebody has talked with whom it concerns.
        Talked = "talked",
        /// It was handed on, to the network, the guardianship council or the police.
        Escalated = "escalated",
    }
);

/// What a decision means.
#[must_use]
pub const fn state(decision: Option<ReportDecision>) -> ReportState {
    match decision {
        None => ReportState::Open,
        Some(_) => ReportState::Decided,
    }
}

/// Whether somebody who answers for the school may decide about a report: not about their own words, nor about what they reported.
#[must_use]
pub fn may_decide(reviewer: UserId, reporter: UserId, reported: UserId) -> bool {
    reviewer != reporter && reviewer != reported
}

/// Whether somebody who answers for the school is told who reported and in which words: whoever wrote the message is not.
#[must_use]
pub fn is_told_who(reviewer: UserId, reported: UserId) -> bool {
    reviewer != reported
}

/// A note as it is kept: without blanks around it.
///
/// # Errors
/// `too_short`, `too_long`, or `invalid` for control characters other than line breaks.
pub fn note(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    match text.chars().count() {
        _ if text.chars().any(|c| c.is_control() && c != '\n') => Err("invalid"),
        0 => Err("too_short"),
        1..=MOST_NOTE => Ok(text.to_owned()),
        _ => Err("too_long"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_decides_about_themselves() {
        let (one, two, three) = (UserId::generate(), UserId::generate(), UserId::generate());
        assert!(may_decide(one, two, three) && is_told_who(one, three));
        assert!(!may_decide(one, one, three) && !may_decide(one, two, one));
        assert!(!is_told_who(one, one) && is_told_who(one, two));
    }

    #[test]
    fn a_note_says_something_and_not_everything() {
        assert_eq!(note(" foi grave \n"), Ok("foi grave".to_owned()));
        assert_eq!((note(" "), note(&"é".repeat(MOST_NOTE + 1))), (Err("too_short"), Err("too_long")));
        assert_eq!(note("a\u{7}"), Err("invalid"));
        assert!(note(&"é".repeat(MOST_NOTE)).is_ok());
    }

    #[test]
    fn a_report_is_open_until_somebody_decides() {
        assert_eq!(state(None), ReportState::Open);
        assert!(ReportDecision::ALL.iter().all(|decision| state(Some(*decision)) == ReportState::Decided));
    }
}
