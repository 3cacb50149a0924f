//! How long what is written down is kept: one table of what goes by its age, and one of what does not and why. Every table of the database
//! stands in exactly one of the two (`tests/retention_catalogue.rs`).
//!
//! The periods are this product's proposals, with the reason beside each; `docs/adr/0027` says what they rest on. A period ends as the civil
//! code counts (Lei 10.406/2002, art. 132 § 3): on the day of the same number, or on the next one where that month has no such day. What is kept is kept
//! through that day and may go on the day after. Days are those of UTC.
//!
//! Of a child whose record is held nothing goes, in no class. Read next: `store/retention.rs`.

use std::fmt;

use time::util::is_leap_year;
use time::{Date, Duration, Month};

use super::people::named;

named!(
    /// What goes by its age.
    Class, "retention class" {
        /// Who read which section of a child's plan. Five years: so long a claim against a public school lives (Decreto 20.910/1932, art. 1; against
        /// a private one as well, Lei 8.078/1990, art. 27), and a family must be able to ask who read.
        Accesses = "accesses",
        /// Who took a copy of a child's dossier. It is a read of everything.
        Dossiers = "dossiers",
        /// With which words a record was opened in an emergency. As the reads that followed from it; that it happened, by whom and
        /// when, stays with the record, and the hash of the words in the audit log.
        EmergencyReasons = "emergency_reasons",
        /// Answered requests for correction: words about a child, and who wrote them. Five years from the answer, as above; that
        /// one was asked and how it was decided stays in the audit log. One that waits for its answer never goes.
        Corrections = "corrections",
        /// Logs of conversations. Two years after the child left: what was agreed is asked about in the year that follows and the one after it, and they are many
        /// people's words, so they go before the record does. Whole logs of whole rooms: a log with a hole is none.
        Conversations = "conversations",
        /// Reports of messages that were decided, with what was frozen. Five years from the decision, as long as it may be contested. One that waits never goes.
        MessageReports = "message_reports",
        /// Edits that broke their document and were put aside. They are evidence of damage or of an attack, which a year is enough to look into, and
        /// may hold words that nobody can read on any page.
        EditsPutAside = "edits_put_aside",
        /// Hashes of refresh tokens. They find theft as long as their session lives; a month longer for whoever looks into one.
        RefreshTokens = "refresh_tokens",
        /// When somebody was signed in and on what kind of device. A year, twice what the Marco Civil (Lei 12.965/2014, art. 15) asks of records of
        /// access; the sign-ins themselves are in the audit log.
        LoginSessions = "login_sessions",
        /// Invitations: they name a person who may never have come. A season's length, to see what became of one. Each server does it, every hour.
        Invitations = "invitations",
        /// Requests for a new password. A month, for whoever asks why a letter came. Each server does it, every hour.
        PasswordResets = "password_resets",
        /// Mails that no server took out of the box, because none sends mails any more. Otherwise a row goes with its mail.
        Mails = "mails",
    }
);

/// How long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// So many days.
    Days(u16),
    /// So many years.
    Years(u8),
}

impl Period {
    /// The last day of a period that begins on `from`.
    #[must_use]
    pub fn ends(self, from: Date) -> Date {
        match self {
            Self::Days(days) => from.checked_add(Duration::days(days.into())).unwrap_or(Date::MAX),
            Self::Years(years) => {
                let year = from.year() + i32::from(years);
                let (month, day) = match (from.month(), from.day()) {
                    (Month::February, 29) if !is_leap_year(year) => (Month::March, 1),
                    same => same,
                };
                Date::from_calendar_date(year, month, day).unwrap_or(Date::MAX)
            }
        }
    }

    /// The earliest day of which everything is still kept on `on`: the first whose period does not end before.
    #[must_use]
    pub fn kept_since(self, on: Date) -> Date {
        match self {
            Self::Days(days) => on.checked_sub(Duration::days(days.into())).unwrap_or(Date::MIN),
            Self::Years(years) => {
                let year = on.year() - i32::from(years);
                let (month, day) = match (on.month(), on.day()) {
                    // A period from 29 February ends today, like one from 1 March.
                    (Month::March, 1) if is_leap_year(year) && !is_leap_year(on.year()) => (Month::February, 29),
                    (Month::February, 29) if !is_leap_year(year) => (Month::March, 1),
                    same => same,
                };
                Date::from_calendar_date(year, month, day).unwrap_or(Date::MIN)
            }
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(1) => f.pad("1 day"),
            Self::Years(1) => f.pad("1 year"),
            Self::Days(days) => f.pad(&format!("{days} days")),
            Self::Years(years) => f.pad(&format!("{years} years")),
        }
    }
}

/// What happens with a class, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// What.
    pub class: Class,
    /// The table it is in.
    pub table: &'static str,
    /// How long it is kept …
    pub period: Period,
    /// … from when on.
    pub after: &'static str,
    /// What happens then.
    pub then: &'static str,
    /// Why not sooner or later, in a few words; the class says more.
    pub why: &'static str,
}

/// For how many years reads and copies are kept. Triggers of V23 hold the owner to it, and `kazumi audit verify` misses no read that is older.
pub const YEARS_OF_ACCESSES: u8 = 5;

/// A child's record, after the child left: until a grown child may still ask what was done, and the school may be asked. Then it is due, and
/// somebody orders its erasure; nothing here removes it.
pub const RECORD: Period = Period::Years(5);

/// What goes, in the order in which it goes: tokens before their sessions.
pub static RULES: [Rule; 12] = [
    Rule {
        class: Class::Accesses,
        table: "access_log",
        period: Period::Years(YEARS_OF_ACCESSES),
        after: "the read",
        then: "the row goes",
        why: "the family may ask, and go to court, for so long",
    },
    Rule {
        class: Class::Dossiers,
        table: "dossiers",
        period: Period::Years(YEARS_OF_ACCESSES),
        after: "the copy was taken",
        then: "the row goes",
        why: "a read of everything",
    },
    Rule {
        class: Class::EmergencyReasons,
        table: "break_glass",
        period: Period::Years(5),
        after: "the record was opened",
        then: "the words go, the row stays",
        why: "as the reads that followed",
    },
    Rule {
        class: Class::Corrections,
        table: "corrections",
        period: Period::Years(5),
        after: "the answer",
        then: "the row goes",
        why: "the answer may be contested for so long",
    },
    Rule {
        class: Class::Conversations,
        table: "room_events",
        period: Period::Years(2),
        after: "the child left",
        then: "the whole log goes (counted in rooms), the empty room stays",
        why: "what was agreed is asked about for so long; words of many people",
    },
    Rule {
        class: Class::MessageReports,
        table: "message_reports",
        period: Period::Years(5),
        after: "the decision",
        then: "the row goes",
        why: "the decision may be contested for so long",
    },
    Rule {
        class: Class::EditsPutAside,
        table: "pei_updates",
        period: Period::Years(1),
        after: "it was put aside",
        then: "the row goes",
        why: "evidence of damage; nobody can read it",
    },
    Rule {
        class: Class::RefreshTokens,
        table: "refresh_tokens",
        period: Period::Days(30),
        after: "the session ended",
        then: "the row goes",
        why: "finds theft in a session that lives",
    },
    Rule {
        class: Class::LoginSessions,
        table: "login_sessions",
        period: Period::Years(1),
        after: "the session ended",
        then: "the row goes",
        why: "who looks into a theft needs it; the law asks for six months",
    },
    Rule {
        class: Class::Invitations,
        table: "invitations",
        period: Period::Days(90),
        after: "it was taken, withdrawn or missed",
        then: "the row goes, on each server every hour",
        why: "names a person who may never have come",
    },
    Rule {
        class: Class::PasswordResets,
        table: "password_resets",
        period: Period::Days(30),
        after: "it was used or missed",
        then: "the row goes, on each server every hour",
        why: "tells why a mail came",
    },
    Rule {
        class: Class::Mails,
        table: "outbox",
        period: Period::Days(30),
        after: "it was of no use any more",
        then: "the row goes",
        why: "no server has sent or given it up",
    },
];

const OF_THE_RECORD: &str =
    "the child's record: goes with its erasure (`kazumi student erase`), which somebody orders once it is due";
const OF_THE_SCHOOL: &str = "the school's own order; as long as there is the school";
const OF_THE_ACCOUNT: &str = "belongs to an account, which stays for as long as a record may name its person";
const OF_THE_CHAIN: &str = "a chain that is read from its first row; ids and acts, no words and no names";

/// What does not go by its age, and why.
pub const KEPT: [(&str, &str); 30] = [
    ("students", OF_THE_RECORD),
    ("guardianships", OF_THE_RECORD),
    ("team_links", OF_THE_RECORD),
    ("consents", OF_THE_RECORD),
    ("peis", OF_THE_RECORD),
    ("pei_documents", OF_THE_RECORD),
    ("pei_snapshots", OF_THE_RECORD),
    // A state that was damaged is made again from these, from the first on; a hole would go unnoticed into the plan.
    ("pei_updates_archive", OF_THE_RECORD),
    ("document_clients", OF_THE_RECORD),
    ("rooms", OF_THE_RECORD),
    ("room_members", OF_THE_RECORD),
    ("announcement_receipts", OF_THE_RECORD),
    ("message_search", "goes with the messages it points to"),
    ("message_search_positions", "numbers only; belong to a room"),
    ("erased_documents", "which section the reads of an erased child were of; ids only"),
    ("grants", "follow from links and guardianships and are written anew with them"),
    ("networks", OF_THE_SCHOOL),
    ("schools", OF_THE_SCHOOL),
    ("classes", OF_THE_SCHOOL),
    ("staff_functions", "who answered for a school and when; tells as whom somebody read"),
    ("users", OF_THE_ACCOUNT),
    ("credentials", OF_THE_ACCOUNT),
    ("second_factors", OF_THE_ACCOUNT),
    ("recovery_codes", OF_THE_ACCOUNT),
    ("audit_log", OF_THE_CHAIN),
    ("audit_seals", OF_THE_CHAIN),
    ("audit_waiting", "a row goes as soon as the chain has it"),
    ("auth_changes", "a bell and no record: each server forgets it after a day"),
    ("refinery_schema_history", "names of migrations"),
    ("ws_tickets", "live for thirty seconds, and go with the next ticket"),
];

/// What goes with a class.
#[must_use]
pub fn rule(class: Class) -> &'static Rule {
    // In the order of the classes; a test says so.
    &RULES[class as usize]
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn every_class_has_one_rule() {
        let classes: Vec<Class> = RULES.iter().map(|rule| rule.class).collect();
        assert_eq!(classes, Class::ALL);
        assert!(Class::ALL.iter().all(|class| rule(*class).class == *class));
    }

    #[test]
    fn a_period_ends_as_the_civil_code_counts() {
        for (from, period, last) in [
            (date!(2021 - 11 - 29), Period::Years(5), date!(2026 - 11 - 29)),
            (date!(2024 - 02 - 29), Period::Years(4), date!(2028 - 02 - 29)),
            (date!(2024 - 02 - 29), Period::Years(5), date!(2029 - 03 - 01)),
            (date!(2024 - 03 - 01), Period::Years(5), date!(2029 - 03 - 01)),
            (date!(2024 - 02 - 28), Period::Years(5), date!(2029 - 02 - 28)),
            (date!(2023 - 02 - 28), Period::Years(5), date!(2028 - 02 - 28)),
            (date!(2026 - 01 - 31), Period::Days(30), date!(2026 - 03 - 02)),
        ] {
            assert_eq!(period.ends(from), last, "{period} from {from}");
        }
        for (on, period, first) in [
            (date!(2026 - 11 - 29), Period::Years(5), date!(2021 - 11 - 29)),
            (date!(2029 - 02 - 28), Period::Years(5), date!(2024 - 02 - 28)),
            (date!(2029 - 03 - 01), Period::Years(5), date!(2024 - 02 - 29)),
            (date!(2029 - 03 - 02), Period::Years(5), date!(2024 - 03 - 02)),
            (date!(2028 - 02 - 29), Period::Years(5), date!(2023 - 03 - 01)),
            (date!(2028 - 03 - 01), Period::Years(4), date!(2024 - 03 - 01)),
            (date!(2026 - 03 - 02), Period::Days(30), date!(2026 - 01 - 31)),
        ] {
            assert_eq!(period.kept_since(on), first, "{period} back from {on}");
        }
    }

    #[test]
    fn what_is_kept_is_what_has_not_ended_and_nothing_else() {
        for period in [1, 2, 4, 5, 8].map(Period::Years).into_iter().chain([1, 30, 90].map(Period::Days)) {
            let mut on = date!(2023 - 12 - 31);
            while on < date!(2033 - 01 - 02) {
                let first = period.kept_since(on);
                let before = first.previous_day().expect("not the first of all days");
                assert!(period.ends(first) >= on && period.ends(before) < on, "{period} back from {on}: {first}");
                on = on.next_day().expect("not the last of all days");
            }
        }
    }

    #[test]
    fn days_without_end_do_not_overflow() {
        assert_eq!(Period::Years(5).ends(Date::MAX), Date::MAX);
        assert_eq!(Period::Days(30).kept_since(Date::MIN), Date::MIN);
    }

    #[test]
    fn periods_read_as_words() {
        assert_eq!(Period::Years(1).to_string(), "1 year");
        assert_eq!(format!("{:<9}|", Period::Days(90)), "90 days  |");
    }
}
