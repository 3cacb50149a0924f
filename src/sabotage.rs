//! Faults on purpose, so that tests can show what still holds when one wall is missing, and that they would notice. Nothing of it is in
//! a server that serves people: the cargo feature `sabotage` refuses to compile without debug assertions, and without the feature every
//! question here is answered "no" at compile time.
//!
//! A new fault: a variant here, its word in [`Fault::ALL`], and `is_on` where the product would do the right thing.

/// A fault that a test asks for, by its word in `KAZUMI_SABOTAGE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The application's own decisions about plans, sections and frames are skipped; what is left is the statement that writes, and
    /// row-level security.
    IgnorePermission,
    /// That, and the test in the statement that writes is skipped as well; what is left is row-level security alone.
    IgnorePermissionInStore,
    /// A message is acknowledged, at the place that it will probably have, before it is in the log.
    AckBeforeCommit,
    /// A message that is sent again is written again, under a name of the server's own.
    WriteAgain,
    /// One event in fifty is left out of what goes to sockets.
    DropEvents,
    /// Whoever is taken out of a room goes on listening there.
    KeepRemovedMembers,
}

impl Fault {
    /// Every fault and its word.
    pub const ALL: [(&'static str, Self); 6] = [
        ("ignore_permission", Self::IgnorePermission),
        ("ignore_permission_in_store", Self::IgnorePermissionInStore),
        ("ack_before_commit", Self::AckBeforeCommit),
        ("write_again", Self::WriteAgain),
        ("drop_events", Self::DropEvents),
        ("keep_removed_members", Self::KeepRemovedMembers),
    ];
}

/// Whether the application's own decisions are skipped.
#[must_use]
pub fn ignores_permission() -> bool {
    is_on(Fault::IgnorePermission) || is_on(Fault::IgnorePermissionInStore)
}

#[cfg(feature = "sabotage")]
pub use chosen::{choose, drops_event, is_on};

#[cfg(feature = "sabotage")]
mod chosen {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Fault;

    /// One event in so many is dropped.
    const DROPPED_ONE_IN: u64 = 50;

    static CHOSEN: OnceLock<Option<Fault>> = OnceLock::new();
    static EVENTS: AtomicU64 = AtomicU64::new(1);

    /// Chooses the fault of this process, once, by its word.
    ///
    /// # Errors
    /// When there is no such fault, or one was chosen before.
    pub fn choose(word: Option<&str>) -> Result<(), String> {
        let find = |word: &str| Fault::ALL.into_iter().find(|(name, _)| *name == word).map(|(_, fault)| fault);
        let fault = match word {
            Some(word) => Some(find(word).ok_or_else(|| format!("KAZUMI_SABOTAGE: no such fault: {word:?}"))?),
            None => None,
        };
        tracing::warn!(?fault, "this build does wrong when it is told to; it must not serve people");
        CHOSEN.set(fault).map_err(|_| "the fault was chosen before".to_owned())
    }

    /// Whether this process was told to do this wrong.
    #[must_use]
    pub fn is_on(fault: Fault) -> bool {
        CHOSEN.get() == Some(&Some(fault))
    }

    /// Whether the event that is about to go to sockets is left out.
    #[must_use]
    pub fn drops_event() -> bool {
        is_on(Fault::DropEvents) && EVENTS.fetch_add(1, Ordering::Relaxed).is_multiple_of(DROPPED_ONE_IN)
    }
}

/// Never: this build does no wrong on purpose.
#[cfg(not(feature = "sabotage"))]
#[must_use]
pub const fn is_on(_: Fault) -> bool {
    false
}

/// Never: nor is anything left out.
#[cfg(not(feature = "sabotage"))]
#[must_use]
pub const fn drops_event() -> bool {
    false
}
