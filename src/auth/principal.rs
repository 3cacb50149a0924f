//! The person behind a request, after the token was verified and the session was found alive.

use crate::domain::ids::{LoginSessionId, UserId};

/// Somebody who is signed in. Holds no role: what they may do is asked of the database each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal {
    /// The person.
    pub user: UserId,
    /// The signed-in device.
    pub session: LoginSessionId,
}
