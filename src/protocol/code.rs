//! The one table of errors: stable name, HTTP status, WebSocket close code, and whether trying again can help.
//!
//! The name is what the screen translates; it never changes once published. Close codes 4400–4499 mean "do not come back like
//! this" to every client library in use; anything else is tried again.

/// One kind of refusal or failure, in the vocabulary shared by REST, sockets and the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The bytes or the JSON do not have the agreed form.
    Malformed,
    /// A field has a value that is not allowed; the problem lists the fields.
    Validation,
    /// No or no valid access token.
    Unauthenticated,
    /// The access token is past its time; refresh it.
    TokenExpired,
    /// E-mail and password do not belong together.
    InvalidCredentials,
    /// The password was right, but a second factor is still owed: a code, or setting one up.
    SecondFactorRequired,
    /// The login session ended (logout, reuse of a refresh token, administrator).
    SessionEnded,
    /// Known person, allowed place, but not this act.
    Forbidden,
    /// Allowed, once the person has shown again who they are.
    StepUpRequired,
    /// The request came from a page of another origin.
    BadOrigin,
    /// Does not exist, or not for the asker: the two are never told apart.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The body's media type is not understood.
    UnsupportedMediaType,
    /// What is to be changed is no longer as the asker saw it: look again.
    ChangedMeanwhile,
    /// The client's copy belongs to another lineage or its format is too old: reload, never merge.
    WrongLineage,
    /// More bytes than the limit.
    PayloadTooLarge,
    /// Too many tries; wait.
    TooManyAttempts,
    /// The server has more work than it accepts.
    Overloaded,
    /// This server sends no mail.
    MailUnavailable,
    /// The address belongs to an account already.
    AccountExists,
    /// The device has used this name of a message before, for another one.
    ClientIdReused,
    /// The time in which this could be done has passed.
    TooLate,
    /// The database does not answer.
    StoreUnavailable,
    /// The server is being restarted.
    Restarting,
    /// The client does not read fast enough; reconnect and re-sync.
    SlowConsumer,
    /// The client sends faster than allowed.
    Flood,
    /// A bug of ours.
    Internal,
}

impl Code {
    /// Every code, for tests and the generated documentation.
    pub const ALL: &'static [Self] = &[
        Self::Malformed,
        Self::Validation,
        Self::Unauthenticated,
        Self::TokenExpired,
        Self::InvalidCredentials,
        Self::SecondFactorRequired,
        Self::SessionEnded,
        Self::Forbidden,
        Self::StepUpRequired,
        Self::BadOrigin,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::UnsupportedMediaType,
        Self::ChangedMeanwhile,
        Self::WrongLineage,
        Self::PayloadTooLarge,
        Self::TooManyAttempts,
        Self::Overloaded,
        Self::MailUnavailable,
        Self::AccountExists,
        Self::ClientIdReused,
        Self::TooLate,
        Self::StoreUnavailable,
        Self::Restarting,
        Self::SlowConsumer,
        Self::Flood,
        Self::Internal,
    ];

    /// The row: name, HTTP status, close code, retryable.
    const fn row(self) -> (&'static str, u16, u16, bool) {
        match self {
            Self::Malformed => ("malformed", 400, 4400, false),
            Self::Validation => ("validation", 422, 4400, false),
            Self::Unauthenticated => ("unauthenticated", 401, 4401, false),
            Self::TokenExpired => ("token_expired", 401, 4401, false),
            Self::InvalidCredentials => ("invalid_credentials", 401, 4401, false),
            Self::SecondFactorRequired => ("second_factor_required", 401, 4401, false),
            Self::SessionEnded => ("session_ended", 401, 4401, false),
            Self::Forbidden => ("forbidden", 403, 4403, false),
            Self::StepUpRequired => ("step_up_required", 403, 4403, false),
            Self::BadOrigin => ("bad_origin", 403, 4403, false),
            Self::NotFound => ("not_found", 404, 4404, false),
            Self::MethodNotAllowed => ("method_not_allowed", 405, 4400, false),
            Self::UnsupportedMediaType => ("unsupported_media_type", 415, 4400, false),
            Self::ChangedMeanwhile => ("changed_meanwhile", 409, 4409, false),
            Self::WrongLineage => ("wrong_lineage", 409, 4409, false),
            Self::PayloadTooLarge => ("payload_too_large", 413, 4413, false),
            Self::TooManyAttempts => ("too_many_attempts", 429, 4529, true),
            Self::Overloaded => ("overloaded", 503, 1013, true),
            Self::MailUnavailable => ("mail_unavailable", 503, 1011, true),
            Self::AccountExists => ("account_exists", 409, 4409, false),
            Self::ClientIdReused => ("client_id_reused", 409, 4409, false),
            Self::TooLate => ("too_late", 409, 4409, false),
            Self::StoreUnavailable => ("store_unavailable", 503, 1011, true),
            Self::Restarting => ("restarting", 503, 1012, true),
            Self::SlowConsumer => ("slow_consumer", 503, 4508, true),
            Self::Flood => ("flood", 429, 4529, true),
            Self::Internal => ("internal", 500, 1011, true),
        }
    }

    /// The stable name, e.g. `"not_found"`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.row().1
    }

    /// The WebSocket close code.
    #[must_use]
    pub const fn close_code(self) -> u16 {
        self.row().2
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        self.row().3
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_a_retryable_close_code_is_never_in_the_permanent_band() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let permanent = (4400..=4499).contains(&code.close_code());
            assert_eq!(permanent, !code.is_retryable(), "{code:?}");
        }
    }
}
