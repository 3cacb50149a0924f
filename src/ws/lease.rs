//! The right to stay on a socket: one person, until the access token ends, and a fresh one asked for in time. Pure.

use std::time::{Duration, Instant};

use crate::domain::ids::UserId;

/// A socket that nobody was let in on is ended after this.
pub const AUTHENTICATE_WITHIN: Duration = Duration::from_secs(5);
/// A fresh token is asked for so long before the old one ends, and waited for so long after.
const RENEW_BEFORE: Duration = Duration::from_secs(60);
const RENEW_GRACE: Duration = Duration::from_secs(30);
/// How long a client has to answer.
pub const ANSWER_WITHIN: Duration = RENEW_BEFORE.saturating_add(RENEW_GRACE);

/// The lease of one socket.
pub struct Lease {
    /// Whose.
    pub user: UserId,
    until: Instant,
    asked: bool,
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing.
    Nothing,
    /// Ask for a fresh token, and say so with [`Lease::asked`].
    Ask,
    /// End the socket.
    End,
}

impl Lease {
    /// Until a token ends.
    pub const fn new(user: UserId, until: Instant) -> Self {
        Self { user, until, asked: false }
    }

    /// A fresh token was accepted.
    pub fn extend(&mut self, until: Instant) {
        self.until = self.until.max(until);
        self.asked = false;
    }

    /// Looked at every few seconds.
    pub fn due(&self, now: Instant) -> Due {
        if now >= self.until + RENEW_GRACE {
            Due::End
        } else if now + RENEW_BEFORE >= self.until && !self.asked {
            Due::Ask
        } else {
            Due::Nothing
        }
    }

    /// The client was asked.
    pub const fn asked(&mut self) {
        self.asked = true;
    }
}
