//! A document as plain JSON and plain text: for REST, search, PDF and comparison.
//!
//! Must not change the document, and must terminate on whatever a hostile writer got past the guard: children are read
//! with [`Text::diff`], because the list iterators of yrs never end on text beside elements. Depth is bounded by the gate.
//! Read next: `document.rs`.

use super::limits::MAX_RENDERED_MARK_BYTES;
use serde_json::{Map as JsonMap, Value, json};
use std::cell::Cell;
use yrs::branch::{Branch, BranchPtr};
use yrs::types::Attrs;
use yrs::types::text::{Diff, YChange};
use yrs::{Any, Array, ArrayRef, Map, MapRef, Number, Out, ReadTxn, Text, TextRef, Transaction, XmlElementRef};

/// How a root is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RootKind {
    /// A `Y.XmlFragment` of an editor: `{"type":"doc","content":[…]}`, nodes with `type`, `attrs`, `content`, text nodes
    /// with `text` and `marks` (sorted by name).
    RichText,
    /// A `Y.Array` of `Y.Map`: an array of objects; `Y.Text` becomes a string, plain values stay what they are.
    Records,
}

type Txn<'a> = Transaction<'a>;

/// One reading of a root.
struct Reading<'a> {
    txn: &'a Txn<'a>,
    /// Bytes of marks that may still be written. When they are used up text goes on without: nobody but a hostile writer has so many.
    mark_bytes: Cell<usize>,
}

pub(super) fn to_json(txn: &Txn<'_>, root: &str, kind: RootKind) -> Value {
    let reading = &Reading { txn, mark_bytes: Cell::new(MAX_RENDERED_MARK_BYTES) };
    match kind {
        RootKind::RichText => {
            let content = txn.get_xml_fragment(root).map(|fragment| nodes(reading, fragment.as_ref()));
            json!({ "type": "doc", "content": content.unwrap_or_default() })
        }
        RootKind::Records => txn.get_array(root).map_or_else(|| json!([]), |array| list(reading, &array)),
    }
}

/// Child nodes of an element, a fragment or a text, in order.
fn nodes(reading: &Reading<'_>, branch: &Branch) -> Vec<Value> {
    let mut nodes = Vec::new();
    for Diff { insert, attributes, .. } in children(reading.txn, branch) {
        match insert {
            Out::YXmlElement(element) => nodes.push(node(reading, &element)),
            Out::YXmlText(text) => nodes.extend(self::nodes(reading, text.as_ref())),
            Out::YText(text) => nodes.extend(self::nodes(reading, text.as_ref())),
            Out::YXmlFragment(fragment) => nodes.extend(self::nodes(reading, fragment.as_ref())),
            Out::Any(Any::String(text)) => {
                let mut node = json!({ "type": "text", "text": &*text });
                let marks = attributes.map(|attributes| marks(reading, &attributes)).unwrap_or_default();
                if !marks.is_empty() {
                    node["marks"] = Value::Array(marks);
                }
                nodes.push(node);
            }
            // Arrays, maps and embeds have no meaning in our rich text.
            _ => {}
        }
    }
    nodes
}

fn node(reading: &Reading<'_>, element: &XmlElementRef) -> Value {
    let mut node = json!({ "type": &**element.tag() });
    let attrs = object(reading, element.as_ref());
    if !attrs.is_empty() {
        node["attrs"] = Value::Object(attrs);
    }
    let content = nodes(reading, element.as_ref());
    if !content.is_empty() {
        node["content"] = Value::Array(content);
    }
    node
}

fn marks(reading: &Reading<'_>, attributes: &Attrs) -> Vec<Value> {
    let mut names: Vec<_> = attributes.iter().filter(|(_, value)| !matches!(value, Any::Null)).collect();
    names.sort_by(|one, other| one.0.cmp(other.0));
    let mark = |(name, value): (&std::sync::Arc<str>, &Any)| {
        // What a mark takes besides its value: braces, names, and in memory a few allocations.
        let cost = 64 + name.len() + weight(value);
        let left = reading.mark_bytes.get();
        reading.mark_bytes.set(left.saturating_sub(cost));
        if cost > left {
            return None;
        }
        let mut mark = json!({ "type": mark_name(name) });
        if let Any::Map(attrs) = value
            && !attrs.is_empty()
        {
            mark["attrs"] = plain(value);
        }
        Some(mark)
    };
    names.into_iter().filter_map(mark).collect()
}

/// The editor binding appends `--` and eight characters to marks that may overlap themselves.
fn mark_name(key: &str) -> &str {
    match key.rsplit_once("--") {
        Some((name, suffix)) if suffix.len() == 8 => name,
        _ => key,
    }
}

/// Entries of a map or attributes of an element, sorted by key.
fn object(reading: &Reading<'_>, branch: &Branch) -> JsonMap<String, Value> {
    let map = MapRef::from(BranchPtr::from(branch));
    let mut entries: Vec<_> =
        map.iter(reading.txn).map(|(key, value)| (key.to_owned(), shared(reading, value))).collect();
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    entries.into_iter().collect()
}

fn list(reading: &Reading<'_>, array: &ArrayRef) -> Value {
    let types: Vec<_> = children(reading.txn, array.as_ref());
    let items: Vec<Value> = match holds_text(&types) {
        // Text in a list: nobody of ours writes it, and the list iterator would not end.
        true => types.into_iter().filter(|child| !is_text(child)).map(|child| shared(reading, child.insert)).collect(),
        false => array.iter(reading.txn).map(|value| shared(reading, value)).collect(),
    };
    Value::Array(items)
}

fn shared(reading: &Reading<'_>, value: Out) -> Value {
    match value {
        Out::Any(any) => plain(&any),
        Out::YText(text) => Value::String(characters(reading.txn, text.as_ref())),
        Out::YXmlText(text) => Value::String(characters(reading.txn, text.as_ref())),
        Out::YArray(array) => list(reading, &array),
        Out::YMap(map) => Value::Object(object(reading, map.as_ref())),
        Out::YXmlElement(element) => node(reading, &element),
        Out::YXmlFragment(fragment) => Value::Array(nodes(reading, fragment.as_ref())),
        _ => Value::Null,
    }
}

fn characters(txn: &Txn<'_>, branch: &Branch) -> String {
    let text = |child: Diff<YChange>| match child.insert {
        Out::Any(Any::String(text)) => Some(text.to_string()),
        _ => None,
    };
    children(txn, branch).into_iter().filter_map(text).collect()
}

/// Text and shared types in a branch, whatever it was declared to be; plain values are left out.
pub(super) fn children(txn: &Txn<'_>, branch: &Branch) -> Vec<Diff<YChange>> {
    TextRef::from(BranchPtr::from(branch)).diff(txn, YChange::identity)
}

fn is_text(child: &Diff<YChange>) -> bool {
    matches!(child.insert, Out::Any(Any::String(_)))
}

/// Whether there is text among the children: then only [`children`] may read them.
pub(super) fn holds_text(children: &[Diff<YChange>]) -> bool {
    children.iter().any(is_text)
}

/// About how many bytes a value takes written out.
fn weight(any: &Any) -> usize {
    match any {
        Any::String(text) => text.len() + 2,
        Any::Array(items) => items.iter().map(|item| weight(item) + 1).sum(),
        Any::Map(entries) => entries.iter().map(|(key, value)| key.len() + weight(value) + 4).sum(),
        _ => 8,
    }
}

/// A plain value. Whole numbers are integers however they were sent; what JSON lacks is null.
fn plain(any: &Any) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match any {
        Any::Null | Any::Undefined | Any::Buffer(_) => Value::Null,
        Any::Bool(value) => Value::Bool(*value),
        Any::Number(Number::Int(value)) => Value::from(*value),
        Any::Number(Number::Float(value)) if value.fract() == 0.0 && value.abs() < EXACT => Value::from(*value as i64),
        Any::Number(Number::Float(value)) => Value::from(*value),
        Any::String(text) => Value::String(text.to_string()),
        Any::Array(items) => Value::Array(items.iter().map(plain).collect()),
        Any::Map(entries) => {
            let mut entries: Vec<_> = entries.iter().map(|(key, value)| (key.clone(), plain(value))).collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(entries.into_iter().collect())
        }
    }
}

/// All text in a root: a line for each block of rich text, for each text or string value of a record.
pub(super) fn plain_text(txn: &Txn<'_>, root: &str) -> String {
    let Some(root) = txn.get_xml_fragment(root) else { return String::new() };
    let mut lines = Vec::new();
    let reading = &Reading { txn, mark_bytes: Cell::new(0) };
    collect_lines(reading, root.as_ref(), &mut lines);
    lines.join("\n")
}

fn collect_lines(reading: &Reading<'_>, branch: &Branch, lines: &mut Vec<String>) {
    let mut line = String::new();
    for child in children(reading.txn, branch) {
        match child.insert {
            Out::Any(Any::String(text)) => line.push_str(&text),
            Out::YXmlText(text) => line.push_str(&characters(reading.txn, text.as_ref())),
            Out::YText(text) => line.push_str(&characters(reading.txn, text.as_ref())),
            Out::YXmlElement(element) if &**element.tag() == "hardBreak" => line.push('\n'),
            Out::YXmlElement(element) => collect_lines(reading, element.as_ref(), lines),
            Out::YXmlFragment(fragment) => collect_lines(reading, fragment.as_ref(), lines),
            Out::YArray(array) => collect_lines(reading, array.as_ref(), lines),
            Out::YMap(map) => collect_values(&Value::Object(object(reading, map.as_ref())), lines),
            _ => {}
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
}

fn collect_values(value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.is_empty() => lines.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect_values(item, lines)),
        Value::Object(entries) => entries.values().for_each(|item| collect_values(item, lines)),
        _ => {}
    }
}
