//! Why received bytes were refused: a closed set, safe to show in metrics and logs.
//!
//! Must not carry any of the bytes. Read next: `scan.rs`, `gate.rs`.

use thiserror::Error;

/// Why the scanner refused bytes. None of these happens with what Yjs 13 or yrs writes for our schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ScanError {
    /// More bytes than the caller allows.
    #[error("the message is too large")]
    TooLarge,
    /// The bytes end inside a value.
    #[error("the message ends too early")]
    Truncated,
    /// Bytes are left after the last value.
    #[error("the message has bytes behind its end")]
    TrailingBytes,
    /// A number above 53 bits.
    #[error("a number is too large")]
    NumberTooLarge,
    /// A declared count that the remaining bytes cannot hold.
    #[error("a declared count exceeds the message")]
    CountBeyondEnd,
    /// More structs, clients or entries than one message may have.
    #[error("the message has too many parts")]
    TooManyParts,
    /// A clock, or a clock plus a length, of 2³¹ or more.
    #[error("a clock is too large")]
    ClockOverflow,
    /// A struct or deletion of length zero, or a client section without structs.
    #[error("a struct is empty")]
    EmptyBlock,
    /// A content kind outside the allowed set (binary, sub-document, skip, legacy JSON, buffers).
    #[error("a content kind is not allowed")]
    ContentNotAllowed,
    /// A flag byte that no encoder writes.
    #[error("a flag is not known")]
    BadFlag,
    /// A root type that this kind of document does not have.
    #[error("a root name is not known")]
    UnknownRoot,
    /// An element name, key or root name that is too long.
    #[error("a name is too long")]
    NameTooLong,
    /// Text that is not UTF-8.
    #[error("a text is not valid UTF-8")]
    BadUtf8,
    /// Embedded JSON that does not parse, or an awareness state that is neither an object nor null.
    #[error("embedded JSON is not valid")]
    BadJson,
    /// A value nested beyond the limit.
    #[error("a value is nested too deeply")]
    TooDeep,
    /// Client sections or deletions that are repeated or out of order.
    #[error("sections are repeated or out of order")]
    Unsorted,
}

impl ScanError {
    /// One lower-case word of a closed set, for metric labels and logs.
    pub fn code(&self) -> &'static str {
        match self {
            ScanError::TooLarge => "too_large",
            ScanError::Truncated => "truncated",
            ScanError::TrailingBytes => "trailing_bytes",
            ScanError::NumberTooLarge => "number_too_large",
            ScanError::CountBeyondEnd => "count_beyond_end",
            ScanError::TooManyParts => "too_many_parts",
            ScanError::ClockOverflow => "clock_overflow",
            ScanError::EmptyBlock => "empty_block",
            ScanError::ContentNotAllowed => "content_not_allowed",
            ScanError::BadFlag => "bad_flag",
            ScanError::UnknownRoot => "unknown_root",
            ScanError::NameTooLong => "name_too_long",
            ScanError::BadUtf8 => "bad_utf8",
            ScanError::BadJson => "bad_json",
            ScanError::TooDeep => "too_deep",
            ScanError::Unsorted => "unsorted",
        }
    }
}
