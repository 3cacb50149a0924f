//! Mails: what they say ([`texts`]), how they leave ([`sender`]), and the box in which `kazumi dev` shows them ([`mailbox`]).
//!
//! A mail is written into the outbox in the transaction of what it tells about, and leaves afterwards; a restart loses none. It may leave
//! twice when a process dies between sending and forgetting; both copies bear one Message-ID.

pub mod mailbox;
pub mod sender;
pub mod texts;

use std::sync::Arc;

use tokio::sync::Notify;

/// The slot in the letter box: whether there is one, and a bell for the sender. Cheap to clone.
#[derive(Clone)]
pub struct Slot {
    is_open: bool,
    bell: Arc<Notify>,
}

impl Slot {
    /// A slot; `is_open`: whether mails leave this server at all.
    #[must_use]
    pub fn new(is_open: bool) -> Self {
        Self { is_open, bell: Arc::default() }
    }

    /// Whether mails leave this server at all.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.is_open
    }

    /// Something was put into the outbox: look at once instead of at the next round.
    pub fn ring(&self) {
        self.bell.notify_one();
    }
}
