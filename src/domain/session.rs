//! How a login session lives: how long, and what to do when a refresh token is shown. The token itself is `auth::refresh`.

use time::{Duration, OffsetDateTime};

use super::ids::{LoginSessionId, UserId};
use super::people::UserKind;
use super::second_factor::Owed;

/// Within this time a used token whose successor was never used counts as a lost answer, not as theft: a phone may fall asleep
/// while the answer is on its way. Once the successor was used, the old token is theft at any time.
pub const RETRY_WINDOW: Duration = Duration::hours(1);

/// How long a proof of who one is counts for acts that need a fresh one: changing links, export, looking at the audit log.
pub const CONFIRMATION_LASTS: Duration = Duration::minutes(5);

/// How long a session that owes a second factor waits for it.
pub const OWED_WITHIN: Duration = Duration::minutes(15);

/// How long a session on a shared computer lasts after its last sign of life: its person may have left without a word.
pub const SHARED_IDLE: Duration = Duration::minutes(30);

/// How long a session lasts without a new password, however much it is used. Staff sign in each working day; a family four times a year.
#[must_use]
pub const fn lifetime(kind: UserKind) -> Duration {
    match kind {
        UserKind::Staff | UserKind::Operator => Duration::hours(12),
        UserKind::Guardian => Duration::days(90),
    }
}

/// How long a session lasts after its last sign of life.
#[must_use]
pub const fn idle(kind: UserKind, shared_computer: bool) -> Duration {
    match kind {
        _ if shared_computer => SHARED_IDLE,
        UserKind::Staff | UserKind::Operator => Duration::hours(8),
        UserKind::Guardian => Duration::days(30),
    }
}

/// When a new session ends by itself, and the end that it never passes.
#[must_use]
pub fn ends(now: OffsetDateTime, kind: UserKind, shared_computer: bool, owed: Option<Owed>) -> [OffsetDateTime; 2] {
    let latest = now + lifetime(kind);
    let first = match owed {
        Some(_) => now + OWED_WITHIN,
        None => now + idle(kind, shared_computer),
    };
    [first.min(latest), latest]
}

/// How the login session behind an access token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Live,
    /// The password was right and something is still owed: it opens nothing but the way to pay.
    Owes(Owed),
    /// Ended, past its time, other credentials, closed account.
    Over,
}

/// Whose socket asks, as its access token says; the token's signature and time were checked already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub user: UserId,
    /// The login session.
    pub session: LoginSessionId,
    /// The version of the person's credentials that the token was made for.
    pub auth_version: i32,
}

/// What is known about a refresh token that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownToken {
    /// When it was used before, if it was.
    pub used_at: Option<OffsetDateTime>,
    /// Whether its successor was used.
    pub successor_used: bool,
    /// When its session ends by itself.
    pub session_expires_at: OffsetDateTime,
    /// Whether its session was ended.
    pub session_revoked: bool,
}

/// What to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// First use: mark it, store the successor.
    Rotate,
    /// The answer was lost: give the same successor again.
    Repeat,
    /// Shown after its successor was in use, or too late: two parties hold it. End the session.
    Reuse,
    /// The session is over.
    Ended,
}

/// Judges a token that is known.
#[must_use]
pub fn judge(shown: &ShownToken, now: OffsetDateTime) -> Verdict {
    if shown.session_revoked || shown.session_expires_at <= now {
        return Verdict::Ended;
    }
    match shown.used_at {
        None => Verdict::Rotate,
        Some(used_at) if now - used_at <= RETRY_WINDOW && !shown.successor_used => Verdict::Repeat,
        Some(_) => Verdict::Reuse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn shown(used_seconds_ago: Option<i64>, successor_used: bool) -> ShownToken {
        ShownToken {
            used_at: used_seconds_ago.map(|ago| NOW - Duration::seconds(ago)),
            successor_used,
            session_expires_at: NOW + Duration::hours(1),
            session_revoked: false,
        }
    }

    #[test]
    fn a_token_is_used_once_repeated_briefly_and_kills_its_session_after_that() {
        assert_eq!(judge(&shown(None, false), NOW), Verdict::Rotate);
        assert_eq!(judge(&shown(Some(3600), false), NOW), Verdict::Repeat);
        assert_eq!(judge(&shown(Some(3601), false), NOW), Verdict::Reuse);
        assert_eq!(judge(&shown(Some(1), true), NOW), Verdict::Reuse);
    }

    #[test]
    fn a_session_ends_soon_when_it_owes_something_or_others_use_the_computer() {
        let end = |shared, owed| ends(NOW, UserKind::Staff, shared, owed)[0] - NOW;
        assert_eq!(end(false, None), Duration::hours(8));
        assert_eq!(end(true, None), Duration::minutes(30));
        assert_eq!(end(false, Some(Owed::Totp)), Duration::minutes(15));
        assert_eq!(end(true, Some(Owed::Enrol)), Duration::minutes(15));
        assert_eq!(ends(NOW, UserKind::Staff, true, Some(Owed::Totp))[1] - NOW, Duration::hours(12));
        let family = ends(NOW, UserKind::Guardian, false, None).map(|end| end - NOW);
        assert_eq!(family, [Duration::days(30), Duration::days(90)]);
    }

    #[test]
    fn an_ended_session_stays_ended_whatever_is_shown() {
        for used in [None, Some(1), Some(100)] {
            assert_eq!(judge(&ShownToken { session_revoked: true, ..shown(used, false) }, NOW), Verdict::Ended);
            assert_eq!(judge(&ShownToken { session_expires_at: NOW, ..shown(used, false) }, NOW), Verdict::Ended);
        }
    }
}
