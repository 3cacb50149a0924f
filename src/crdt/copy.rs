//! The same content without its history: what was deleted, who wrote what and when are not in the copy. For erasure.
//!
//! Must not be given to anybody who has the original: the two share no struct, so merging them doubles everything. Children are read as
//! in `canonical.rs`, so it terminates on whatever a hostile writer got past the guard; what has no meaning in our sections is not copied,
//! and a copy that does not read like the original is no copy. Read next: `canonical.rs`, `store/erasure.rs`.

use yrs::branch::{Branch, BranchPtr};
use yrs::types::Attrs;
use yrs::types::text::Diff;
use yrs::{
    Any, Array, ArrayPrelim, ArrayRef, ClientID, Doc, Map, MapPrelim, MapRef, OffsetKind, Options, Out, ReadTxn,
    StateVector, Text, TextPrelim, TextRef, Transact, Transaction, TransactionMut, XmlElementPrelim, XmlFragment,
    XmlFragmentRef, XmlTextPrelim,
};

use super::canonical::{RootKind, children, holds_text};
use super::document::{ApplyError, SectionDocument};
use super::summary::ClientId;

/// An update that makes an empty document read like `document` in these roots, all of it written under `client`.
///
/// Costs a few encodings. Needs the stack of a room thread.
///
/// # Errors
/// [`ApplyError::Inconsistent`] when the copy would not read like the original, and whatever reading it gives.
pub fn without_history(document: &SectionDocument, roots: &[&str], client: ClientId) -> Result<Vec<u8>, ApplyError> {
    let state = document.read(|txn| Ok(write(txn, roots, client)))?;
    let mut copy = SectionDocument::new();
    copy.apply(&state)?;
    copy.frontier()?;
    for root in roots {
        for kind in [RootKind::RichText, RootKind::Records] {
            if copy.to_json(root, kind)? != document.to_json(root, kind)? {
                return Err(ApplyError::Inconsistent);
            }
        }
    }
    Ok(state)
}

fn write(original: &Transaction<'_>, roots: &[&str], client: ClientId) -> Vec<u8> {
    let mut options = Options::with_client_id(ClientID::new(client));
    options.offset_kind = OffsetKind::Utf16;
    let doc = Doc::with_options(options);
    for root in roots {
        let to = doc.get_or_insert_xml_fragment(*root);
        if let Some(from) = original.get_xml_fragment(*root) {
            let mut copy = Copy { original, txn: doc.transact_mut() };
            copy.sequence(from.as_ref(), pointer(&to));
        }
    }
    doc.transact().encode_diff_v1(&StateVector::default())
}

struct Copy<'a, 'doc> {
    original: &'a Transaction<'a>,
    txn: TransactionMut<'doc>,
}

impl Copy<'_, '_> {
    /// The children of a root, an element or a list.
    fn sequence(&mut self, from: &Branch, to: BranchPtr) {
        let types = children(self.original, from);
        if holds_text(&types) {
            // Text beside elements, which no editor writes: the list iterator would never end on it.
            for Diff { insert, attributes, .. } in types {
                match insert {
                    Out::Any(Any::String(chunk)) => self.chunk(&chunk, attributes, to),
                    other => self.child(&other, to),
                }
            }
            return;
        }
        let values: Vec<Out> = ArrayRef::from(BranchPtr::from(from)).iter(self.original).collect();
        for value in values {
            self.child(&value, to);
        }
    }

    fn child(&mut self, value: &Out, to: BranchPtr) {
        let (xml, list) = (XmlFragmentRef::from(to), ArrayRef::from(to));
        match value {
            Out::YXmlElement(element) => {
                let new = xml.push_back(&mut self.txn, XmlElementPrelim::empty(element.tag().clone()));
                self.entries(element.as_ref(), pointer(&new));
                self.sequence(element.as_ref(), pointer(&new));
            }
            Out::YXmlText(text) => {
                let new = xml.push_back(&mut self.txn, XmlTextPrelim::new(""));
                self.entries(text.as_ref(), pointer(&new));
                self.text(text.as_ref(), pointer(&new));
            }
            Out::YText(text) => {
                let new = list.push_back(&mut self.txn, TextPrelim::new(""));
                self.text(text.as_ref(), pointer(&new));
            }
            Out::YMap(map) => {
                let new = list.push_back(&mut self.txn, MapPrelim::default());
                self.entries(map.as_ref(), pointer(&new));
            }
            Out::YArray(array) => {
                let new = list.push_back(&mut self.txn, ArrayPrelim::default());
                self.sequence(array.as_ref(), pointer(&new));
            }
            Out::Any(any) => {
                list.push_back(&mut self.txn, any.clone());
            }
            _ => {}
        }
    }

    /// The text of a field or a paragraph, with its formatting.
    fn text(&mut self, from: &Branch, to: BranchPtr) {
        for Diff { insert, attributes, .. } in children(self.original, from) {
            if let Out::Any(Any::String(chunk)) = insert {
                self.chunk(&chunk, attributes, to);
            }
        }
    }

    fn chunk(&mut self, chunk: &str, attributes: Option<Box<Attrs>>, to: BranchPtr) {
        let to = TextRef::from(to);
        let mut attributes = attributes.map(|attributes| *attributes).unwrap_or_default();
        attributes.retain(|_, value| !matches!(value, Any::Null));
        let end = to.len(&self.txn);
        to.insert_with_attributes(&mut self.txn, end, chunk, attributes);
    }

    /// The entries of a map, or the attributes of an element.
    fn entries(&mut self, from: &Branch, to: BranchPtr) {
        let to = MapRef::from(to);
        for (key, value) in MapRef::from(BranchPtr::from(from)).iter(self.original) {
            match value {
                Out::Any(any) => drop(to.insert(&mut self.txn, key, any)),
                Out::YText(text) => {
                    let new = to.insert(&mut self.txn, key, TextPrelim::new(""));
                    self.text(text.as_ref(), pointer(&new));
                }
                Out::YMap(map) => {
                    let new = to.insert(&mut self.txn, key, MapPrelim::default());
                    self.entries(map.as_ref(), pointer(&new));
                }
                Out::YArray(array) => {
                    let new = to.insert(&mut self.txn, key, ArrayPrelim::default());
                    self.sequence(array.as_ref(), pointer(&new));
                }
                _ => {}
            }
        }
    }
}

fn pointer(of: &impl AsRef<Branch>) -> BranchPtr {
    BranchPtr::from(of.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crdt::seed::{self, Block, SeedValue};
    use serde_json::json;

    const FRESH: ClientId = 4_000_000_001;

    fn document(state: &[u8]) -> SectionDocument {
        let mut document = SectionDocument::new();
        document.apply(state).expect("the state applies");
        document
    }

    fn contains(bytes: &[u8], text: &str) -> bool {
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }

    #[test]
    fn the_copy_reads_alike_and_holds_neither_the_deleted_text_nor_its_writer() {
        let blocks = [
            Block::Heading(2, "Título".to_owned()),
            Block::Paragraph("Fica. Apagado-canário".to_owned()),
            Block::BulletList(vec!["um".to_owned(), "dois".to_owned()]),
        ];
        let original = document(&seed::rich_text("content", &blocks));
        let doc = Doc::with_client_id(77);
        doc.transact_mut()
            .apply_update(yrs::updates::decoder::Decode::decode_v1(&original.encode().unwrap()).unwrap())
            .unwrap();
        let fragment = doc.get_or_insert_xml_fragment("content");
        let Some(yrs::XmlOut::Element(paragraph)) = fragment.get(&doc.transact(), 1) else { panic!("a paragraph") };
        let Some(yrs::XmlOut::Text(text)) = paragraph.get(&doc.transact(), 0) else { panic!("a text") };
        {
            let mut txn = doc.transact_mut();
            text.insert_with_attributes(&mut txn, 4, " ã🦕", [("bold".into(), Any::from(true))].into());
            let end = text.len(&txn);
            text.remove_range(&mut txn, end - 16, 16);
        }
        let edited = document(&doc.transact().encode_diff_v1(&StateVector::default()));
        let state = without_history(&edited, &["content"], FRESH).unwrap();
        assert!(contains(&state, "Fica") && !contains(&state, "can\u{e1}rio"), "{:?}", edited.plain_text("content"));
        let copy = document(&state);
        assert_eq!(copy.plain_text("content"), edited.plain_text("content"));
        let summary = crate::crdt::scan_update(&state, usize::MAX, &["content"]).unwrap();
        assert!(summary.blocks.iter().all(|range| range.client == FRESH) && summary.deletions.is_empty());
    }

    #[test]
    fn records_keep_their_texts_their_values_and_their_order() {
        let record = |title: &str| {
            vec![
                ("title".to_owned(), SeedValue::Text(title.to_owned())),
                ("state".to_owned(), SeedValue::Json(json!({"name": "aberta", "order": [1, 2.5, null, "x"]}))),
            ]
        };
        let original = document(&seed::records("goals", &[record("Ler"), record("Escrever"), record("")]));
        let copy = document(&without_history(&original, &["goals"], FRESH).unwrap());
        assert_eq!(copy.to_json("goals", RootKind::Records), original.to_json("goals", RootKind::Records));
        // A text stays a text that people edit together.
        let shared = copy.read(|txn| {
            let list = ArrayRef::from(pointer(&txn.get_xml_fragment("goals").unwrap()));
            let Some(Out::YMap(map)) = list.get(txn, 0) else { panic!("a map") };
            Ok(matches!(map.get(txn, "title"), Some(Out::YText(_))))
        });
        assert_eq!(shared, Ok(true));
    }
}
