//! Who is let in: from an access token to a caller, and what a refusal is called in the metric. Pure but for the clocks.

use std::time::{Duration, Instant};

use crate::auth::token::{AccessToken, KeyRing, TokenError};
use crate::protocol::code::Code;

/// Checks signature, claims and time of a token; whether its login session still lives is the database's to say.
///
/// # Errors
/// `TokenExpired` for one that was good, `Unauthenticated` for anything else.
pub fn verify(keys: &KeyRing, token: &str) -> Result<AccessToken, Code> {
    keys.verify(token).map_err(|error| match error {
        TokenError::Expired => Code::TokenExpired,
        TokenError::Invalid => Code::Unauthenticated,
    })
}

/// The moment at which a token ends, on the clock that does not jump.
pub fn end_of(token: &AccessToken) -> Instant {
    let left = token.expires_at - time::OffsetDateTime::now_utc();
    Instant::now() + Duration::try_from(left).unwrap_or_default()
}

/// The metric's word for a refusal.
pub const fn result_label(code: Code) -> &'static str {
    match code {
        Code::NotFound => "not_found",
        Code::Restarting => "draining",
        Code::Unauthenticated | Code::TokenExpired | Code::SessionEnded | Code::SecondFactorRequired => "unauthorized",
        _ => "malformed",
    }
}
