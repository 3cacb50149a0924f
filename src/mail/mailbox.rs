//! The mailbox of `kazumi dev`: the last mails, in memory, for whoever sits at this machine. A server never has one.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use time::OffsetDateTime;

/// Mails kept.
const CAPACITY: usize = 200;

/// A mail as it arrived.
#[derive(Clone, Serialize)]
pub struct Received {
    /// Address.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// The newest mails.
#[derive(Default)]
pub struct Mailbox(Mutex<VecDeque<Received>>);

impl Mailbox {
    /// Puts a mail in front; the oldest goes when there are too many.
    pub(super) fn receive(&self, mail: Received) {
        let mut mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mails.push_front(mail);
        mails.truncate(CAPACITY);
    }

    /// All mails, the newest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Received> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
