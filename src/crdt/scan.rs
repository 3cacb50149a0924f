//! The scanner: one linear walk over a v1 update or state vector, before yrs sees a byte of it.
//!
//! Must not recurse over the input, allocate by declared counts, or be more lenient than yrs: what it lets through yrs
//! decodes without panic. It does not know what the document already holds; that is the gate's question (`gate.rs`).
//! Layout of the bytes: sections of structs per client, highest client first, then the delete set.

use super::limits::{
    MAX_BLOCKS, MAX_CLIENTS, MAX_CLOCK, MAX_ELEMENT_NAME_BYTES, MAX_KEY_BYTES, MAX_MARK_BYTES, MAX_MARKS,
    MAX_STEP2_BYTES, MAX_UNMERGED,
};
use super::reader::Reader;
use super::scan_error::ScanError;
use super::summary::{Anchor, ClientId, Clock, ClockRange, Id, Kind, NameKey, Struct, UpdateSummary};
use super::value::{skip_any, skip_json};

const HAS_ORIGIN: u8 = 0x80;
const HAS_RIGHT_ORIGIN: u8 = 0x40;
const HAS_KEY: u8 = 0x20;

/// Walks an update (or a sync step 2) of at most `max_bytes` whose top-level content lives in `roots`. Linear time; the
/// summary is the only allocation.
///
/// # Errors
/// Any [`ScanError`]; the bytes must then not be stored, relayed or applied.
pub fn scan_update(bytes: &[u8], max_bytes: usize, roots: &[&str]) -> Result<UpdateSummary, ScanError> {
    if bytes.len() > max_bytes {
        return Err(ScanError::TooLarge);
    }
    let limits = Limits {
        roots: Some(roots),
        blocks: MAX_BLOCKS,
        clients: MAX_CLIENTS,
        unmerged: MAX_UNMERGED,
        marks: MAX_MARKS,
    };
    scan(bytes, &limits)
}

/// Walks what yrs itself encoded from accepted updates: any root, no limits of number.
pub(super) fn scan_own_state(bytes: &[u8]) -> Result<UpdateSummary, ScanError> {
    let limits =
        Limits { roots: None, blocks: usize::MAX, clients: usize::MAX, unmerged: usize::MAX, marks: usize::MAX };
    scan(bytes, &limits)
}

/// Walks a state vector (the body of a sync step 1).
///
/// # Errors
/// Any [`ScanError`]; yrs must not see the bytes.
pub fn scan_state_vector(bytes: &[u8]) -> Result<(), ScanError> {
    if bytes.len() > MAX_STEP2_BYTES {
        return Err(ScanError::TooLarge);
    }
    let mut reader = Reader::new(bytes);
    let count = reader.count(2)?;
    if count > MAX_CLIENTS {
        return Err(ScanError::TooManyParts);
    }
    for _ in 0..count {
        reader.id()?;
    }
    reader.finish()
}

struct Limits<'a> {
    roots: Option<&'a [&'a str]>,
    blocks: usize,
    clients: usize,
    unmerged: usize,
    marks: usize,
}

fn scan(bytes: &[u8], limits: &Limits<'_>) -> Result<UpdateSummary, ScanError> {
    let mut scan =
        Scan { reader: Reader::new(bytes), limits, summary: UpdateSummary::default(), blocks: 0, unmerged: 0 };
    scan.structs()?;
    scan.deletions()?;
    scan.reader.finish()?;
    let mut summary = scan.summary;
    summary.needs = outside_needs(&summary);
    Ok(summary)
}

struct Scan<'a> {
    reader: Reader<'a>,
    limits: &'a Limits<'a>,
    summary: UpdateSummary,
    blocks: usize,
    unmerged: usize,
}

impl Scan<'_> {
    fn structs(&mut self) -> Result<(), ScanError> {
        // A section is at least: count, client, clock, and a struct of two bytes.
        let sections = self.reader.count(5)?;
        if sections > self.limits.clients {
            return Err(ScanError::TooManyParts);
        }
        for _ in 0..sections {
            let count = self.reader.count(2)?;
            self.blocks += count;
            if self.blocks > self.limits.blocks {
                return Err(ScanError::TooManyParts);
            }
            let client = self.reader.number()?;
            if self.summary.blocks.last().is_some_and(|before| before.client <= client) {
                return Err(ScanError::Unsorted);
            }
            let start = self.reader.clock()?;
            let first = self.summary.structs.len();
            let mut clock = start;
            for _ in 0..count {
                let found = self.one_struct(clock)?;
                clock = found.end();
                self.keep(client, first, found)?;
            }
            if clock == start {
                return Err(ScanError::EmptyBlock);
            }
            self.summary.blocks.push(ClockRange { client, start, len: clock - start });
            self.summary.ends.push(self.summary.structs.len());
        }
        Ok(())
    }

    /// Appends a struct, or widens the one before it when both must end up in the same place.
    fn keep(&mut self, client: ClientId, first: usize, found: Struct) -> Result<(), ScanError> {
        if let Some(before) = self.summary.structs[first..].last_mut()
            && before.kind == found.kind
            && continues(client, before, &found)
        {
            if matches!(found.kind, Kind::Text | Kind::Value) {
                self.unmerged += 1;
                if self.unmerged > self.limits.unmerged {
                    return Err(ScanError::TooManyParts);
                }
            }
            // The gate asks how many values one struct brings.
            if found.kind != Kind::Value {
                before.len += found.len;
                before.parts += 1;
                return Ok(());
            }
        }
        self.summary.structs.push(found);
        Ok(())
    }

    fn one_struct(&mut self, clock: Clock) -> Result<Struct, ScanError> {
        let info = self.reader.byte()?;
        if info == 0 {
            let len = self.reader.clock()?;
            return finish_struct(clock, len, Kind::Collected, Anchor::None);
        }
        let left = if info & HAS_ORIGIN != 0 { Some(self.reader.id()?) } else { None };
        let right = if info & HAS_RIGHT_ORIGIN != 0 { Some(self.reader.id()?) } else { None };
        let anchor = match (left, right) {
            (None, None) => self.explicit_parent(info & HAS_KEY != 0)?,
            _ => Anchor::Beside(left, right),
        };
        let (kind, len) = self.content(info & 0x1f)?;
        finish_struct(clock, len, kind, anchor)
    }

    fn explicit_parent(&mut self, keyed: bool) -> Result<Anchor, ScanError> {
        match self.reader.byte()? {
            1 => {
                let root = self.reader.name(MAX_KEY_BYTES)?;
                if self.limits.roots.is_some_and(|roots| !roots.contains(&root)) {
                    return Err(ScanError::UnknownRoot);
                }
                Ok(Anchor::Root(NameKey::of(root), self.key(keyed)?))
            }
            0 => {
                let parent = self.reader.id()?;
                Ok(Anchor::Child(parent, self.key(keyed)?))
            }
            _ => Err(ScanError::BadFlag),
        }
    }

    fn key(&mut self, keyed: bool) -> Result<Option<NameKey>, ScanError> {
        if !keyed {
            return Ok(None);
        }
        Ok(Some(NameKey::of(self.reader.name(MAX_KEY_BYTES)?)))
    }

    /// Steps over the content; answers what it is and how many clocks it takes.
    fn content(&mut self, kind: u8) -> Result<(Kind, Clock), ScanError> {
        match kind {
            1 => Ok((Kind::Deleted, self.reader.clock()?)),
            // Lengths count UTF-16 units, in Yjs and in yrs; half a surrogate pair travels as U+FFFD, which is one.
            4 => Ok((Kind::Text, self.reader.string()?.chars().map(|c| c.len_utf16() as Clock).sum())),
            5 => {
                skip_json(&mut self.reader, MAX_MARK_BYTES)?;
                Ok((Kind::Text, 1))
            }
            6 => {
                let key = NameKey::of(self.reader.name(MAX_KEY_BYTES)?);
                if !self.summary.marks.contains(&key) {
                    self.summary.marks.push(key);
                    if self.summary.marks.len() > self.limits.marks {
                        return Err(ScanError::TooManyParts);
                    }
                }
                skip_json(&mut self.reader, MAX_MARK_BYTES)?;
                Ok((Kind::Text, 1))
            }
            7 => {
                let kind = match self.reader.byte()? {
                    // array, map, fragment
                    0 | 1 | 4 => Kind::Container,
                    // text, XML text
                    2 | 6 => Kind::TextType,
                    // element
                    3 => {
                        self.reader.name(MAX_ELEMENT_NAME_BYTES)?;
                        Kind::Container
                    }
                    _ => return Err(ScanError::ContentNotAllowed),
                };
                Ok((kind, 1))
            }
            8 => {
                let count = self.reader.count(1)?;
                for _ in 0..count {
                    skip_any(&mut self.reader, 0)?;
                }
                Ok((Kind::Value, count as Clock))
            }
            _ => Err(ScanError::ContentNotAllowed),
        }
    }

    fn deletions(&mut self) -> Result<(), ScanError> {
        let clients = self.reader.count(2)?;
        if clients > self.limits.clients {
            return Err(ScanError::TooManyParts);
        }
        let mut seen = Vec::with_capacity(clients);
        for _ in 0..clients {
            let client = self.reader.number()?;
            seen.push(client);
            let mut behind = 0;
            for _ in 0..self.reader.count(2)? {
                let start = self.reader.clock()?;
                let len = self.reader.clock()?;
                let end = checked_end(start, len)?;
                if start < behind {
                    return Err(ScanError::Unsorted);
                }
                behind = end;
                self.summary.deletions.push(ClockRange { client, start, len });
            }
        }
        // yrs would keep only the last of two lists of one client.
        seen.sort_unstable();
        match seen.windows(2).any(|pair| pair[0] == pair[1]) {
            true => Err(ScanError::Unsorted),
            false => Ok(()),
        }
    }
}

fn checked_end(start: Clock, len: Clock) -> Result<Clock, ScanError> {
    match (len, u64::from(start) + u64::from(len)) {
        (0, _) => Err(ScanError::EmptyBlock),
        (_, end) if end < MAX_CLOCK => Ok(end as Clock),
        _ => Err(ScanError::ClockOverflow),
    }
}

fn finish_struct(clock: Clock, len: Clock, kind: Kind, anchor: Anchor) -> Result<Struct, ScanError> {
    checked_end(clock, len)?;
    Ok(Struct { clock, len, kind, anchor, parts: 1 })
}

/// True when `found` stands directly right of `before` and asks for nothing that `before` did not ask for.
fn continues(client: ClientId, before: &Struct, found: &Struct) -> bool {
    match (before.kind, before.anchor, found.anchor) {
        (Kind::Collected, ..) => true,
        (Kind::TextType | Kind::Container, ..) => false,
        (_, Anchor::Beside(_, right), Anchor::Beside(Some(left), next)) => {
            left == (client, before.end() - 1) && (next.is_none() || next == right)
        }
        (_, _, Anchor::Beside(Some(left), None)) => left == (client, before.end() - 1),
        _ => false,
    }
}

fn outside_needs(summary: &UpdateSummary) -> Vec<Id> {
    let defined = |&(client, clock): &Id| {
        summary.section(client).is_some_and(|section| {
            let range = &summary.blocks[section];
            (range.start..range.end()).contains(&clock)
        })
    };
    let mut needs: Vec<Id> =
        summary.structs.iter().flat_map(|found| found.anchor.needs()).filter(|id| !defined(id)).collect();
    needs.sort_unstable();
    // Clocks are unbroken, so the last unit of a client implies the others.
    needs.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 = later.1;
        }
        same
    });
    needs
}
