//! Writes the first update of a new section, byte by byte, so that the same content is always the same bytes.
//!
//! Must be used once per document, in the transaction that creates it: two seeds of one document would share ids. Later
//! edits by the server take a fresh random client id, never this one. Read next: `writer.rs`, `scan.rs` for the layout.

use super::summary::Clock;
use super::writer::Writer;
use serde_json::Value;

/// The client id of every seed, and of nothing else. A copy without history is the seed of a new lineage.
pub const SEED_CLIENT: u64 = 1;

/// One block of a rich-text section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading of level 1 to 3.
    Heading(u8, String),
    /// A paragraph; may be empty.
    Paragraph(String),
    /// A bullet list with one paragraph per item.
    BulletList(Vec<String>),
}

/// One record of a list section: its keys in the order in which they are written.
pub type Record = Vec<(String, SeedValue)>;

/// A value of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum SeedValue {
    /// Text that people edit together.
    Text(String),
    /// A plain value that is replaced as a whole; nested at most [`super::limits::MAX_VALUE_DEPTH`] levels.
    Json(Value),
}

/// An update that fills the XML fragment `root` with `blocks`; without any, with one empty paragraph.
pub fn rich_text(root: &str, blocks: &[Block]) -> Vec<u8> {
    let mut seed = Seed::new();
    let mut left = None;
    let empty = [Block::Paragraph(String::new())];
    for block in if blocks.is_empty() { &empty } else { blocks } {
        let at = Position { left, parent: Parent::Root(root) };
        left = Some(match block {
            Block::Paragraph(text) => seed.text_block("paragraph", at, text),
            Block::Heading(level, text) => {
                let heading = seed.text_block("heading", at, text);
                seed.value(heading, "level", &Value::from(*level));
                heading
            }
            Block::BulletList(items) => {
                let list = seed.element("bulletList", at);
                let mut before = None;
                for text in items {
                    let item = seed.element("listItem", Position { left: before, parent: Parent::Type(list) });
                    seed.text_block("paragraph", Position { left: None, parent: Parent::Type(item) }, text);
                    before = Some(item);
                }
                list
            }
        });
    }
    seed.finish()
}

/// An update that fills the array `root` with one map per record. Without records: an update of nothing.
pub fn records(root: &str, records: &[Record]) -> Vec<u8> {
    let mut seed = Seed::new();
    let mut left = None;
    for record in records {
        let map = seed.shared(MAP, Position { left, parent: Parent::Root(root) }, None);
        for (key, value) in record {
            match value {
                SeedValue::Json(value) => seed.value(map, key, value),
                SeedValue::Text(text) => {
                    let field = seed.shared(TEXT, Position { left: None, parent: Parent::Type(map) }, Some(key));
                    seed.characters(field, text);
                }
            }
        }
        left = Some(map);
    }
    seed.finish()
}

const MAP: u8 = 1;
const TEXT: u8 = 2;
const ELEMENT: u8 = 3;
const XML_TEXT: u8 = 6;

const STRING_CONTENT: u8 = 4;
const TYPE_CONTENT: u8 = 7;
const ANY_CONTENT: u8 = 8;
const HAS_ORIGIN: u8 = 0x80;
const HAS_KEY: u8 = 0x20;

#[derive(Clone, Copy)]
enum Parent<'a> {
    Root(&'a str),
    Type(Clock),
}

/// Where a struct goes: right of `left`, or first in `parent`.
#[derive(Clone, Copy)]
struct Position<'a> {
    left: Option<Clock>,
    parent: Parent<'a>,
}

struct Seed {
    structs: Writer,
    count: u64,
    clock: Clock,
}

impl Seed {
    fn new() -> Self {
        Seed { structs: Writer::new(), count: 0, clock: 0 }
    }

    fn finish(self) -> Vec<u8> {
        let mut update = Writer::new();
        if self.count > 0 {
            update.number(1);
            update.number(self.count);
            update.number(SEED_CLIENT);
            update.number(0);
            update.bytes(&self.structs.into_bytes());
        } else {
            update.number(0);
        }
        // an empty delete set
        update.number(0);
        update.into_bytes()
    }

    /// Writes everything of a struct but its content; answers its clock.
    fn open(&mut self, content: u8, len: Clock, at: Position<'_>, key: Option<&str>) -> Clock {
        let flags = if at.left.is_some() { HAS_ORIGIN } else { 0 } | if key.is_some() { HAS_KEY } else { 0 };
        self.structs.byte(content | flags);
        match (at.left, at.parent) {
            (Some(left), _) => self.id(left),
            (None, Parent::Root(name)) => {
                self.structs.number(1);
                self.structs.string(name);
            }
            (None, Parent::Type(clock)) => {
                self.structs.number(0);
                self.id(clock);
            }
        }
        if let (None, Some(key)) = (at.left, key) {
            self.structs.string(key);
        }
        let clock = self.clock;
        self.clock += len;
        self.count += 1;
        clock
    }

    fn id(&mut self, clock: Clock) {
        self.structs.number(SEED_CLIENT);
        self.structs.number(u64::from(clock));
    }

    fn shared(&mut self, kind: u8, at: Position<'_>, key: Option<&str>) -> Clock {
        let clock = self.open(TYPE_CONTENT, 1, at, key);
        self.structs.byte(kind);
        clock
    }

    fn element(&mut self, name: &str, at: Position<'_>) -> Clock {
        let clock = self.shared(ELEMENT, at, None);
        self.structs.string(name);
        clock
    }

    /// An element with a text in it, or an empty element.
    fn text_block(&mut self, name: &str, at: Position<'_>, text: &str) -> Clock {
        let block = self.element(name, at);
        if !text.is_empty() {
            let inner = self.shared(XML_TEXT, Position { left: None, parent: Parent::Type(block) }, None);
            self.characters(inner, text);
        }
        block
    }

    fn characters(&mut self, parent: Clock, text: &str) {
        let len: usize = text.chars().map(char::len_utf16).sum();
        if len > 0 {
            let at = Position { left: None, parent: Parent::Type(parent) };
            self.open(STRING_CONTENT, len as Clock, at, None);
            self.structs.string(text);
        }
    }

    /// A plain value under a key of a map or as an attribute of an element.
    fn value(&mut self, parent: Clock, key: &str, value: &Value) {
        self.open(ANY_CONTENT, 1, Position { left: None, parent: Parent::Type(parent) }, Some(key));
        self.structs.number(1);
        self.any(value);
    }

    fn any(&mut self, value: &Value) {
        let writer = &mut self.structs;
        match value {
            Value::Null => writer.byte(126),
            Value::Bool(value) => writer.byte(if *value { 120 } else { 121 }),
            Value::Number(number) => match number.as_i64().filter(|n| n.unsigned_abs() < 1 << 31) {
                Some(whole) => {
                    writer.byte(125);
                    writer.signed(whole);
                }
                None => {
                    writer.byte(123);
                    // A JSON number always has a value as a double.
                    writer.bytes(&number.as_f64().unwrap_or_default().to_be_bytes());
                }
            },
            Value::String(text) => {
                writer.byte(119);
                writer.string(text);
            }
            Value::Array(items) => {
                writer.byte(117);
                writer.number(items.len() as u64);
                items.iter().for_each(|item| self.any(item));
            }
            Value::Object(entries) => {
                writer.byte(118);
                writer.number(entries.len() as u64);
                for (key, item) in entries {
                    self.structs.string(key);
                    self.any(item);
                }
            }
        }
    }
}
