//! Why an update that scans well can still never fit: a closed set, safe to show in metrics and logs.
//!
//! Must not carry any of the bytes. Read next: `gate.rs`, `walk.rs`.

use thiserror::Error;

/// Why an update can never fit. No editor writes any of these; the two about cost are bounds that honest work stays far below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GateError {
    /// A shared type more than [`super::limits::MAX_TYPE_DEPTH`] levels below its root.
    #[error("shared types are nested too deeply")]
    TooDeep,
    /// Structs that wait for each other.
    #[error("structs depend on each other in a ring")]
    Ring,
    /// A struct whose left and right neighbours live in different parents.
    #[error("a struct lies between two parents")]
    MixedPlaces,
    /// A child of something that is not a shared type.
    #[error("a struct has a parent that cannot have children")]
    NotAParent,
    /// It would take yrs seconds: neighbours named so that it has to look through everything between them, again and again.
    #[error("integrating takes too long")]
    TooCostly,
    /// More different formatting keys than [`super::limits::MAX_MARKS`].
    #[error("the document has too many kinds of formatting")]
    TooManyMarks,
    /// Text or formatting where only types and values belong, or several living values under one key.
    #[error("content stands where none of its kind can be")]
    Misplaced,
}

impl GateError {
    /// One lower-case word of a closed set, for metric labels and logs.
    pub fn code(&self) -> &'static str {
        match self {
            GateError::TooDeep => "type_too_deep",
            GateError::Ring => "ring",
            GateError::MixedPlaces => "mixed_places",
            GateError::NotAParent => "not_a_parent",
            GateError::TooCostly => "too_costly",
            GateError::TooManyMarks => "too_many_marks",
            GateError::Misplaced => "misplaced",
        }
    }
}
