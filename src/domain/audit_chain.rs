//! How what happened is chained: each row's link is the SHA-256 of the link before it and of the row, so that no row can be changed,
//! taken out or put in between without every later link telling.
//!
//! Form 1 of a row's bytes, in this order: the byte 1; then each field as one byte (0 for null, 1 for a value), and for a value its
//! length in bytes as four bytes, most significant first, and the bytes themselves. Fields: `audit_id` (8 bytes), `at` (microseconds
//! since 1970, 8 bytes), `actor_id` (16), `session_id` (16), `action`, `outcome`, `student_id` (16), `resource`, `request_id`; numbers
//! are signed with the most significant byte first, texts are UTF-8. The link before the first is 32 zero bytes.
//!
//! Read next: `store/audit_seal.rs`, `docs/adr/0017`.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The form that new rows are sealed in.
const FORM: u8 = 1;

/// A link of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link(pub [u8; 32]);

impl Link {
    /// What stands before the first link.
    pub const START: Self = Self([0; 32]);

    /// The link of `row`, behind this one.
    #[must_use]
    pub fn next(self, row: &Row) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(row.bytes());
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The end of a chain at some moment: how many links it has, and the last of them. Written `SEQ:HASH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of the last link; 0 for an empty chain.
    pub seq: i64,
    /// The last link.
    pub link: Link,
}

impl Head {
    /// The head of an empty chain.
    pub const START: Self = Self { seq: 0, link: Link::START };
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.link)
    }
}

/// Text that is no head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a head is a number, a colon and 64 hexadecimal digits")]
pub struct NoHead;

impl FromStr for Head {
    type Err = NoHead;

    fn from_str(text: &str) -> Result<Self, NoHead> {
        let (seq, digits) = text.trim().split_once(':').ok_or(NoHead)?;
        let seq = seq.parse().ok().filter(|seq| *seq >= 0).ok_or(NoHead)?;
        if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NoHead);
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * index..2 * index + 2], 16).map_err(|_| NoHead)?;
        }
        Ok(Self { seq, link: Link(bytes) })
    }
}

/// A row of the log, as far as the chain holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub audit_id: i64,
    /// When, in microseconds since 1970; none for a moment that is no moment, which no honest row has.
    pub at_micros: Option<i64>,
    /// Who.
    pub actor: Option<Uuid>,
    /// On which device.
    pub session: Option<Uuid>,
    /// What.
    pub action: String,
    /// How it ended.
    pub outcome: String,
    /// Whose data.
    pub student: Option<Uuid>,
    /// To what.
    pub resource: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
}

impl Row {
    /// The row in form 1. No two different rows have the same bytes.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORM];
        let mut field = |value: Option<&[u8]>| match value {
            None => bytes.push(0),
            Some(value) => {
                bytes.push(1);
                // A text column holds at most 1 GiB.
                bytes.extend((value.len() as u32).to_be_bytes());
                bytes.extend(value);
            }
        };
        field(Some(&self.audit_id.to_be_bytes()));
        field(self.at_micros.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
        field(self.actor.as_ref().map(|id| id.as_bytes().as_slice()));
        field(self.session.as_ref().map(|id| id.as_bytes().as_slice()));
        field(Some(self.action.as_bytes()));
        field(Some(self.outcome.as_bytes()));
        field(self.student.as_ref().map(|id| id.as_bytes().as_slice()));
        field(self.resource.as_ref().map(String::as_bytes));
        field(self.request_id.as_ref().map(String::as_bytes));
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            audit_id: 7,
            at_micros: Some(1_700_000_000_000_001),
            actor: Some(Uuid::from_u128(1)),
            action: "pei.open".to_owned(),
            outcome: "allowed".to_owned(),
            resource: Some("pei/é".to_owned()),
            ..Row::default()
        }
    }

    #[test]
    fn the_bytes_of_a_row_are_those_that_the_form_describes() {
        let mut expected = vec![1];
        expected.extend([1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7]);
        expected.extend([1, 0, 0, 0, 8]);
        expected.extend(1_700_000_000_000_001_i64.to_be_bytes());
        expected.extend([1, 0, 0, 0, 16]);
        expected.extend([0; 15]);
        expected.extend([1, 0]);
        expected.extend([1, 0, 0, 0, 8]);
        expected.extend(b"pei.open");
        expected.extend([1, 0, 0, 0, 7]);
        expected.extend(b"allowed");
        expected.extend([0, 1, 0, 0, 0, 6]);
        expected.extend("pei/é".as_bytes());
        expected.push(0);
        assert_eq!(row().bytes(), expected);
    }

    #[test]
    fn every_field_and_every_earlier_link_changes_a_link() {
        let some = Some(Uuid::from_u128(9));
        let others = [
            Row { audit_id: 8, ..row() },
            Row { at_micros: Some(1_700_000_000_000_002), ..row() },
            Row { at_micros: None, ..row() },
            Row { actor: None, ..row() },
            Row { actor: some, ..row() },
            Row { session: some, ..row() },
            Row { action: "pei.opened".to_owned(), ..row() },
            Row { outcome: "denied".to_owned(), ..row() },
            Row { student: some, ..row() },
            Row { resource: None, ..row() },
            Row { resource: Some(String::new()), ..row() },
            Row { resource: None, request_id: Some("pei/é".to_owned()), ..row() },
            Row { action: "pei.openallowed".to_owned(), outcome: String::new(), ..row() },
        ];
        let link = Link::START.next(&row());
        for other in &others {
            assert_ne!(Link::START.next(other), link, "{other:?}");
        }
        assert_ne!(link.next(&row()), link);
    }

    #[test]
    fn a_head_survives_a_round_trip_and_nothing_else_is_one() {
        let head = Head { seq: 42, link: Link::START.next(&row()) };
        assert_eq!(head.to_string().parse(), Ok(head));
        let digits = head.link.to_string();
        for text in [
            "",
            "42",
            "42:",
            &digits,
            &format!("-1:{digits}"),
            &format!("42:{digits}0"),
            &format!("42:é{}", &digits[2..]),
        ] {
            assert_eq!(text.parse::<Head>(), Err(NoHead), "{text}");
        }
    }
}
