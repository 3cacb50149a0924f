//! Identifiers: UUIDv7 newtypes, so that a student's id can never be passed where a PEI's id is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Declares one identifier type with parsing, printing and serde as a plain UUID string.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh, time-ordered id (UUIDv7).
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    };
}

id!(
    /// A network of schools.
    NetworkId
);
id!(
    /// A school.
    SchoolId
);
id!(
    /// A person who can sign in.
    UserId
);
id!(
    /// A student.
    StudentId
);
id!(
    /// One version of a student's plan.
    PeiId
);
id!(
    /// One live document: a section of a PEI.
    DocumentId
);
id!(
    /// A signed-in device, from login to logout (`sid` in the access token).
    LoginSessionId
);
id!(
    /// An invitation.
    InvitationId
);
id!(
    /// A room of conversation.
    RoomId
);
id!(
    /// What a sender's device calls a message, for ever: sent again, it is the same message.
    ClientMessageId
);
id!(
    /// One socket connection.
    ConnectionId
);
id!(
    /// The history a document's copies belong to; copies of another lineage are refused, never merged.
    Lineage
);
