//! Conversations: which rooms a student has, what may be said in them, and what counts as unread. Who may read and write in which room is
//! `super::permission`. There is no private room with a student.

use std::time::Duration;

use super::people::named;

/// Most characters of a message: about three printed pages.
pub const MOST_TEXT: usize = 8_000;
/// How long who wrote a message may change it: enough for what one sees on reading it again, and too short to rewrite what was agreed.
pub const EDIT_WITHIN: Duration = Duration::from_secs(15 * 60);
/// Most characters of the title of an announcement: what the locked screen of a cheap phone shows.
pub const MOST_TITLE: usize = 120;
/// Most announcements of one author in an hour. Each of them may wake hundreds of families: a school's busiest morning needs two or three, and whoever
/// sends more is not who they seem or means a conversation.
pub const ANNOUNCEMENTS_AN_HOUR: i64 = 5;

named!(
    /// A kind of room. Who is in it follows from the ties to its student, or to the students of its class.
    RoomKind, "room kind" {
        /// Family and school.
        Family = "family",
        /// The team among themselves.
        Team = "team",
        /// The school's announcements to the families of a class.
        Class = "class",
        /// One guardian and the school's coordination.
        DeskCoordination = "desk_coordination",
        /// One guardian and those who teach the student in special education.
        DeskAee = "desk_aee",
    }
);

named!(
    /// Where a guardian speaks with some function of the school alone.
    Desk, "desk" {
        /// Direction and coordination.
        Coordination = "coordination",
        /// Special education.
        Aee = "aee",
    }
);

impl Desk {
    /// The kind of its rooms.
    #[must_use]
    pub const fn room(self) -> RoomKind {
        match self {
            Self::Coordination => RoomKind::DeskCoordination,
            Self::Aee => RoomKind::DeskAee,
        }
    }
}

impl RoomKind {
    /// Whether those who only read there must not learn who else does: the families of a class are strangers to each other.
    #[must_use]
    pub const fn hides_readers(self) -> bool {
        matches!(self, Self::Class)
    }
}

named!(
    /// What happened in a room. Everything that lasts is an event with a sequence of its own.
    EventKind, "event kind" {
        /// Somebody wrote something.
        Text = "text",
        /// Somebody changed what they had written.
        Edited = "edited",
        /// Somebody took back what they had written.
        Deleted = "deleted",
        /// Somebody answered with a reaction, or took it back. The last one of each person counts.
        Reacted = "reacted",
        /// Somebody is in the room from here on.
        MemberAdded = "member_added",
        /// Somebody is not any more.
        MemberRemoved = "member_removed",
        /// The school tells a class something.
        Announcement = "announcement",
    }
);

named!(
    /// How an announcement was confirmed.
    Confirmed, "way to confirm" {
        /// With a tap, having read it.
        Tap = "tap",
        /// Having heard it.
        Audio = "audio",
    }
);

impl EventKind {
    /// Whether it counts as a message: has an ordinal of its own and can be unread.
    #[must_use]
    pub const fn is_message(self) -> bool {
        matches!(self, Self::Text | Self::Announcement)
    }
}

named!(
    /// An answer without words. Few, so that each is large and can be read aloud.
    Reaction, "reaction" {
        /// 👍
        Like = "like",
        /// ❤️
        Love = "love",
        /// 👏
        Applause = "applause",
        /// 😊
        Joy = "joy",
        /// 😢
        Sadness = "sadness",
        /// 🙏
        Thanks = "thanks",
    }
);

/// What somebody does in a room. `target` is the sequence of the message it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Writes a message.
    Text {
        /// What it says.
        body: String,
        /// Which message it answers.
        reply_to: Option<i64>,
    },
    /// Changes a message of their own, within [`EDIT_WITHIN`].
    Edit {
        /// Which.
        target: i64,
        /// What it says from now on.
        body: String,
    },
    /// Takes back a message of their own. The school's record keeps its words; nobody reads them in the room any more.
    Delete {
        /// Which.
        target: i64,
    },
    /// Reacts to a message, or takes the reaction back.
    React {
        /// Which.
        target: i64,
        /// With what; none takes it back.
        reaction: Option<Reaction>,
    },
}

impl Act {
    /// The event it becomes.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Text { .. } => EventKind::Text,
            Self::Edit { .. } => EventKind::Edited,
            Self::Delete { .. } => EventKind::Deleted,
            Self::React { .. } => EventKind::Reacted,
        }
    }

    /// Its words.
    #[must_use]
    pub const fn body(&self) -> Option<&String> {
        match self {
            Self::Text { body, .. } | Self::Edit { body, .. } => Some(body),
            Self::Delete { .. } | Self::React { .. } => None,
        }
    }

    /// Which message it answers.
    #[must_use]
    pub const fn reply_to(&self) -> Option<i64> {
        match self {
            Self::Text { reply_to, .. } => *reply_to,
            Self::Edit { .. } | Self::Delete { .. } | Self::React { .. } => None,
        }
    }

    /// Which message it is about.
    #[must_use]
    pub const fn target(&self) -> Option<i64> {
        match self {
            Self::Text { .. } => None,
            Self::Edit { target, .. } | Self::Delete { target } | Self::React { target, .. } => Some(*target),
        }
    }

    /// The reaction it leaves.
    #[must_use]
    pub const fn reaction(&self) -> Option<Reaction> {
        match self {
            Self::React { reaction, .. } => *reaction,
            Self::Text { .. } | Self::Edit { .. } | Self::Delete { .. } => None,
        }
    }

    /// As it is kept: words without blanks around them.
    ///
    /// # Errors
    /// Those of [`text`].
    pub fn checked(self) -> Result<Self, &'static str> {
        Ok(match self {
            Self::Text { body, reply_to } => Self::Text { body: text(&body)?, reply_to },
            Self::Edit { target, body } => Self::Edit { target, body: text(&body)? },
            other => other,
        })
    }
}

/// A message as it is kept: without blanks around it.
///
/// # Errors
/// `too_short` for nothing but blanks, `too_long`, or `invalid` for control characters other than line breaks and tabs.
pub fn text(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    match text.chars().count() {
        _ if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') => Err("invalid"),
        0 => Err("too_short"),
        1..=MOST_TEXT => Ok(text.to_owned()),
        _ => Err("too_long"),
    }
}

/// The title of an announcement as it is kept: one line, without blanks around it.
///
/// # Errors
/// `too_short`, `too_long`, or `invalid` for control characters, line breaks among them.
pub fn title(title: &str) -> Result<String, &'static str> {
    let title = title.trim();
    match title.chars().count() {
        _ if title.chars().any(char::is_control) => Err("invalid"),
        0 => Err("too_short"),
        1..=MOST_TITLE => Ok(title.to_owned()),
        _ => Err("too_long"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line() {
        assert_eq!(title("  Reunião na sexta "), Ok("Reunião na sexta".to_owned()));
        assert_eq!(title(&"á".repeat(MOST_TITLE)).map(|kept| kept.chars().count()), Ok(MOST_TITLE));
        for (wrong, code) in [("", "too_short"), ("a\nb", "invalid"), ("a\tb", "invalid")] {
            assert_eq!(title(wrong), Err(code), "{wrong:?}");
        }
        assert_eq!(title(&"a".repeat(MOST_TITLE + 1)), Err("too_long"));
    }

    #[test]
    fn a_message_loses_blanks_around_it_and_nothing_inside() {
        assert_eq!(text("  Bom dia!\n\tTudo bem?  \n"), Ok("Bom dia!\n\tTudo bem?".to_owned()));
        assert_eq!(text(&"á".repeat(MOST_TEXT)).map(|kept| kept.chars().count()), Ok(MOST_TEXT));
        for (wrong, code) in [(" \n ", "too_short"), ("a\u{0}b", "invalid"), ("a\rb", "invalid")] {
            assert_eq!(text(wrong), Err(code), "{wrong:?}");
        }
        assert_eq!(text(&"a".repeat(MOST_TEXT + 1)), Err("too_long"));
    }

    #[test]
    fn words_of_a_change_are_held_to_the_same_rule_as_those_of_a_message() {
        let edit = |body: &str| Act::Edit { target: 3, body: body.to_owned() }.checked();
        assert_eq!(edit(" Bom dia! "), edit("Bom dia!"));
        assert_eq!(edit(" "), Err("too_short"));
        let react = Act::React { target: 3, reaction: Some(Reaction::Love) };
        assert_eq!((react.kind(), react.body(), react.target()), (EventKind::Reacted, None, Some(3)));
        assert_eq!(react.clone().checked(), Ok(react));
    }
}
