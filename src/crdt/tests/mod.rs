//! Tests of this folder, and the small server and peers they share.
//!
//! `Server` is the pipeline of a room without people, sockets and storage: scanner, gate, parking place, document.

mod content;
mod cost;
mod fuzz;
mod gate;
mod golden;
mod hostile;

use super::limits::MAX_STEP2_BYTES;
use super::writer::Writer;
use super::{Assessment, Deferred, Frontier, RootKind, ScanError, SectionDocument, scan_update};
use yrs::updates::decoder::Decode;
use yrs::{ClientID, Doc, OffsetKind, Options, ReadTxn, StateVector, Transact, TransactionMut, Update};

const ROOTS: &[&str] = &["content", "goals", "g", "m", "t"];

#[derive(Default)]
struct Server {
    document: SectionDocument,
    frontier: Frontier,
    deferred: Deferred<()>,
}

impl Server {
    /// Does with an update what a room does; answers what the gate said when it arrived.
    fn receive(&mut self, bytes: &[u8]) -> Result<Assessment, ScanError> {
        let summary = scan_update(bytes, MAX_STEP2_BYTES, ROOTS)?;
        let assessment = self.frontier.assess(&summary);
        let missing = self.frontier.first_missing(&summary);
        assert!(
            assessment != Assessment::Missing || missing.is_some(),
            "the short answer finds what the long one misses"
        );
        match assessment {
            Assessment::Ready => {
                self.frontier.advance(&summary);
                assert_eq!(self.frontier.assess(&summary), Assessment::Contained, "what was taken in is contained");
                self.document.apply_and_settle(bytes, &mut self.frontier).expect("a ready update applies");
                self.unpark();
            }
            Assessment::Missing => {
                self.deferred.push(summary, bytes.to_vec(), (), |()| false).expect("the test parks little")
            }
            Assessment::Contained | Assessment::Refused(_) => {}
        }
        Ok(assessment)
    }

    fn unpark(&mut self) {
        loop {
            let parked = self.deferred.take_ready(&self.frontier);
            if parked.is_empty() {
                return;
            }
            for parked in parked {
                if self.frontier.assess(&parked.summary) == Assessment::Ready {
                    self.frontier.advance(&parked.summary);
                    self.document.apply_and_settle(&parked.bytes, &mut self.frontier).expect("a ready update applies");
                }
            }
        }
    }

    /// What must hold after anything: the document encodes, passes its own guard, loads again, and can be read. Answers
    /// the document as loaded again.
    fn check(&self) -> SectionDocument {
        let state = self.document.encode().expect("the document encodes");
        let summary = scan_update(&state, usize::MAX, ROOTS).expect("its encoding passes the scanner");
        assert_eq!(self.frontier.assess(&summary), Assessment::Contained, "the frontier knows all of the document");
        let built = self.document.frontier().expect("a frontier can be built from it");
        assert_eq!(built.assess(&summary), Assessment::Contained, "a built frontier knows all of the document");
        // What nobody of ours writes may be impossible to copy; it neither kills nor lasts.
        match super::without_history(&self.document, ROOTS, 4_000_000_001) {
            Ok(_) | Err(super::ApplyError::Inconsistent) => {}
            Err(other) => panic!("the copy without history failed: {other}"),
        }
        let mut again = SectionDocument::new();
        again.apply(&state).expect("the encoding loads");
        for root in ROOTS {
            for document in [&self.document, &again] {
                document.to_json(root, RootKind::RichText).expect("any root can be read as rich text");
                document.to_json(root, RootKind::Records).expect("any root can be read as records");
                document.plain_text(root).expect("any root has a text");
            }
        }
        again
    }

    /// Also what must hold after what editors write: loading changes nothing.
    fn check_genuine(&self) {
        let again = self.check();
        // Loading merges more structs than living through the updates did.
        let len = |document: &SectionDocument| document.encoded_len().expect("it encodes");
        assert!(len(&again) <= len(&self.document), "loading does not grow the document");
        for root in ROOTS {
            for kind in [RootKind::RichText, RootKind::Records] {
                assert_eq!(again.to_json(root, kind), self.document.to_json(root, kind));
            }
        }
    }
}

/// A replica that edits, as a browser does.
fn peer(client: u64) -> Doc {
    let mut options = Options::with_client_id(ClientID::new(client));
    options.offset_kind = OffsetKind::Utf16;
    Doc::with_options(options)
}

/// The update that an edit makes.
fn edit(doc: &Doc, change: impl FnOnce(&mut TransactionMut<'_>)) -> Vec<u8> {
    let mut txn = doc.transact_mut();
    change(&mut txn);
    txn.commit();
    txn.encode_update_v1()
}

fn state(doc: &Doc) -> Vec<u8> {
    doc.transact().encode_diff_v1(&StateVector::default())
}

fn take_in(doc: &Doc, bytes: &[u8]) {
    let update = Update::decode_v1(bytes).expect("an update of a peer decodes");
    doc.transact_mut().apply_update(update).expect("an update of a peer applies");
}

/// Writes updates by hand: sections of (client, first clock, structs), then deletions of (client, ranges).
fn update(sections: &[(u64, u64, Vec<Vec<u8>>)], deletions: &[(u64, Vec<(u64, u64)>)]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.number(sections.len() as u64);
    for (client, clock, structs) in sections {
        writer.number(structs.len() as u64);
        writer.number(*client);
        writer.number(*clock);
        structs.iter().for_each(|found| writer.bytes(found));
    }
    writer.number(deletions.len() as u64);
    for (client, ranges) in deletions {
        writer.number(*client);
        writer.number(ranges.len() as u64);
        for (start, len) in ranges {
            writer.number(*start);
            writer.number(*len);
        }
    }
    writer.into_bytes()
}

/// Where a hand-written struct goes.
#[derive(Clone, Copy)]
enum At<'a> {
    Root(&'a str),
    Key(&'a str, &'a str),
    Child(u64, u64),
    ChildKey(u64, u64, &'a str),
    After(u64, u64),
    Before(u64, u64),
    Between((u64, u64), (u64, u64)),
}

/// One hand-written struct: content kind, place, content.
fn item(kind: u8, at: At<'_>, content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    let id = |writer: &mut Writer, client: u64, clock: u64| {
        writer.number(client);
        writer.number(clock);
    };
    match at {
        At::Root(root) => {
            writer.byte(kind);
            writer.number(1);
            writer.string(root);
        }
        At::Key(root, key) => {
            writer.byte(kind | 0x20);
            writer.number(1);
            writer.string(root);
            writer.string(key);
        }
        At::Child(client, clock) => {
            writer.byte(kind);
            writer.number(0);
            id(&mut writer, client, clock);
        }
        At::ChildKey(client, clock, key) => {
            writer.byte(kind | 0x20);
            writer.number(0);
            id(&mut writer, client, clock);
            writer.string(key);
        }
        At::After(client, clock) => {
            writer.byte(kind | 0x80);
            id(&mut writer, client, clock);
        }
        At::Before(client, clock) => {
            writer.byte(kind | 0x40);
            id(&mut writer, client, clock);
        }
        At::Between(left, right) => {
            writer.byte(kind | 0xc0);
            id(&mut writer, left.0, left.1);
            id(&mut writer, right.0, right.1);
        }
    }
    writer.bytes(content);
    writer.into_bytes()
}

/// Text content of a hand-written struct.
fn text(characters: &str) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.string(characters);
    writer.into_bytes()
}

/// Element content of a hand-written struct.
fn element(name: &str) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.byte(3);
    writer.string(name);
    writer.into_bytes()
}
