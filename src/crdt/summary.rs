//! What an update contains and needs, as the scanner found it.
//!
//! Must not hold text or values: an update waits in memory as its bytes, and this is only what the gate asks about.
//! Read next: `gate.rs`.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

/// Identifies one Yjs replica (a browser session). At most 53 bits.
pub type ClientId = u64;
/// Counts what one replica created, from 0. Below 2³¹.
pub type Clock = u32;
/// Names one created unit of content.
pub(super) type Id = (ClientId, Clock);

/// `len` consecutive units of one client, from `start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClockRange {
    /// Whose units.
    pub client: ClientId,
    /// First clock of the range.
    pub start: Clock,
    /// Number of units; never 0, and `start + len` is below 2³¹.
    pub len: Clock,
}

impl ClockRange {
    /// The first clock behind the range.
    pub fn end(&self) -> Clock {
        self.start + self.len
    }
}

/// What an update contains and needs, gathered without giving the bytes to yrs. At most some 15 MB, for a
/// hostile message of the largest size; for what people type about the size of the update.
#[derive(Debug, Clone, Default)]
pub struct UpdateSummary {
    /// What the update creates: one unbroken range per client, highest client first, as Yjs writes them.
    pub blocks: Vec<ClockRange>,
    /// The last unit needed of each client from outside this update: origins, right origins and parents. Sorted.
    pub needs: Vec<(ClientId, Clock)>,
    /// What the update deletes; ascending within a client.
    pub deletions: Vec<ClockRange>,
    /// Formatting keys, each once.
    pub(super) marks: Vec<NameKey>,
    /// Structs of all sections, in the order of the bytes. Neighbours that must share a place are one.
    pub(super) structs: Vec<Struct>,
    /// For each range in `blocks`, the index behind its last struct.
    pub(super) ends: Vec<usize>,
}

impl UpdateSummary {
    /// True when the update creates nothing and deletes nothing.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.deletions.is_empty()
    }

    /// The clients that author blocks, each once.
    pub fn clients(&self) -> impl Iterator<Item = ClientId> {
        self.blocks.iter().map(|range| range.client)
    }

    /// Index of the section of a client.
    pub(super) fn section(&self, client: ClientId) -> Option<usize> {
        // Highest client first.
        self.blocks.binary_search_by(|range| client.cmp(&range.client)).ok()
    }

    pub(super) fn first_struct(&self, section: usize) -> usize {
        section.checked_sub(1).map_or(0, |before| self.ends[before])
    }
}

/// One struct, reduced to what decides whether and where it can be integrated.
#[derive(Debug, Clone)]
pub(super) struct Struct {
    pub(super) clock: Clock,
    pub(super) len: Clock,
    pub(super) kind: Kind,
    pub(super) anchor: Anchor,
    /// Structs on the wire that are one here.
    pub(super) parts: u32,
}

impl Struct {
    pub(super) fn end(&self) -> Clock {
        self.clock + self.len
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A collected struct: no content, no place.
    Collected,
    /// A deleted item: a place, no content.
    Deleted,
    /// A shared type that may hold text.
    TextType,
    /// A shared type that holds other types, values, or keys.
    Container,
    /// Text, formatting and embeds: what only a text may hold.
    Text,
    /// Plain values.
    Value,
}

/// Where a struct says it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// Nowhere: collected structs.
    None,
    /// Beside other units, in their parent. At least one is present.
    Beside(Option<Id>, Option<Id>),
    /// Directly in a root, under an optional key.
    Root(NameKey, Option<NameKey>),
    /// Directly in the shared type with this id, under an optional key.
    Child(Id, Option<NameKey>),
}

impl Anchor {
    /// The ids that must exist first.
    pub(super) fn needs(&self) -> impl Iterator<Item = Id> {
        let (first, second) = match *self {
            Anchor::Beside(left, right) => (left, right),
            Anchor::Child(id, _) => (Some(id), None),
            Anchor::None | Anchor::Root(..) => (None, None),
        };
        first.into_iter().chain(second)
    }
}

/// Stands for a root name or key. Only equality matters; a keyed hash keeps it small and nobody can aim for a clash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct NameKey(u64);

impl NameKey {
    pub(super) fn of(name: &str) -> NameKey {
        static KEYS: OnceLock<RandomState> = OnceLock::new();
        NameKey(KEYS.get_or_init(RandomState::new).hash_one(name))
    }
}
