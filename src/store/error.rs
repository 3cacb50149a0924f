//! What can go wrong in the database, in words that the layers above can act on.

use tokio_postgres::error::SqlState;

use crate::domain::administration::Refusal;
use crate::domain::people::UnknownName;

/// A failed store operation. Never shown to a client as text; `http` and `ws` translate it to a `Code`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing there, or not for this identity.
    #[error("not found")]
    NotFound,
    /// A named constraint refused the row.
    #[error("constraint {constraint} refused the row")]
    Conflict {
        /// The constraint's name, as written in `sql/migrations`.
        constraint: String,
    },
    /// A row-level policy or a missing privilege refused the statement (SQLSTATE 42501).
    #[error("refused by policy")]
    Refused,
    /// A rule of administration refused the act; everything it did is undone.
    #[error(transparent)]
    Rule(#[from] Refusal),
    /// The database is away, starting, stopping, out of room or too slow: the same work may succeed later.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A row holds what the domain does not know: a bug or damage.
    #[error("unreadable row: {0}")]
    Corrupt(String),
    /// Any other answer of the database: retrying the same statement gives the same answer.
    #[error("database error {state}: {message}")]
    Database {
        /// SQLSTATE, five characters.
        state: String,
        /// The server's message without parameter values.
        message: String,
    },
}

impl Error {
    /// Whether waiting can help. Everything else must be taken apart until the bad row stands alone.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// A short closed name for the metric label.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Conflict { .. } => "conflict",
            Self::Refused => "refused",
            Self::Rule(_) => "rule",
            Self::Unavailable(_) => "unavailable",
            Self::Corrupt(_) => "corrupt",
            Self::Database { .. } => "database",
        }
    }
}

/// SQLSTATE classes after which the same statement may succeed: connection (08), resources (53), intervention (57),
/// system error (58: I/O), plus serialization failure and deadlock.
fn is_transient_state(state: &SqlState) -> bool {
    let code = state.code();
    ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class))
        || *state == SqlState::T_R_SERIALIZATION_FAILURE
        || *state == SqlState::T_R_DEADLOCK_DETECTED
        // A node that was demoted answers "read only"; time-outs say nothing about the row.
        || *state == SqlState::READ_ONLY_SQL_TRANSACTION
        || *state == SqlState::LOCK_NOT_AVAILABLE
        || *state == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
}

impl From<UnknownName> for Error {
    fn from(error: UnknownName) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            // Without a server's answer it is the connection (closed, refused, timed out), or our own bug in binding values.
            return if error.is_closed() || std::error::Error::source(&error).is_some_and(|s| s.is::<std::io::Error>()) {
                Self::Unavailable(error.to_string())
            } else {
                Self::Corrupt(error.to_string())
            };
        };
        let state = db.code();
        if *state == SqlState::INSUFFICIENT_PRIVILEGE {
            Self::Refused
        } else if *state == SqlState::NO_DATA_FOUND {
            // What our own triggers say of somebody who was erased.
            Self::NotFound
        } else if is_transient_state(state) {
            Self::Unavailable(db.message().to_owned())
        } else if let Some(constraint) = db.constraint() {
            Self::Conflict { constraint: constraint.to_owned() }
        } else {
            Self::Database { state: state.code().to_owned(), message: db.message().to_owned() }
        }
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => match Self::from(error) {
                // A connection that cannot be opened is an outage for the caller, whatever the reason.
                Self::Corrupt(text) => Self::Unavailable(text),
                Self::Database { state, message } => Self::Unavailable(format!("{state} {message}")),
                other => other,
            },
            other => Self::Unavailable(other.to_string()),
        }
    }
}
