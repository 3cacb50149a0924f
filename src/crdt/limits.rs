//! Every bound that hostile bytes meet, in one place, with unit and reason.
//!
//! Must not hold behaviour. The bounds were chosen for a section of about 20 kB; whoever raises one runs the hostile
//! and the fuzz tests again on the real thread stack. Read next: `scan.rs`.

/// Bytes of one live update. A keystroke is 30 bytes, a pasted page is 20 kB.
pub const MAX_UPDATE_BYTES: usize = 256 * 1024;
/// Bytes of one sync step 2: at most a whole document.
pub const MAX_STEP2_BYTES: usize = 1024 * 1024;
/// Bytes of one encoded section document.
pub const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;
/// Levels of arrays and objects inside one plain value. Decoders of such values recurse.
pub const MAX_VALUE_DEPTH: u8 = 8;
/// Levels of shared types below a root. The editor indents to level 5, which needs 12.
pub const MAX_TYPE_DEPTH: usize = 16;
/// Bytes of the JSON state of one client in an awareness frame.
pub const MAX_AWARENESS_BYTES: usize = 4096;
/// Entries of one awareness frame.
pub const MAX_AWARENESS_ENTRIES: usize = 32;
/// Updates parked per document because they came too early.
pub const MAX_DEFERRED: usize = 256;
/// Bytes parked per document because they came too early.
pub const MAX_DEFERRED_BYTES: usize = 1024 * 1024;
/// Updates and bytes of them that one connection may have parked: half, so that nobody fills the place alone.
pub const MAX_DEFERRED_EACH: (usize, usize) = (MAX_DEFERRED / 2, MAX_DEFERRED_BYTES / 2);
/// Client sections of one update: each reload of a browser that then writes adds one to the document for ever.
pub const MAX_CLIENTS: usize = 16_384;
/// Structs of one update: a full document has fewer, see [`BYTES_PER_STRUCT`].
pub const MAX_BLOCKS: usize = 60_000;
/// What a struct counts for at least when a document is measured against [`MAX_DOCUMENT_BYTES`]. The shortest take six bytes on
/// the wire and 500 in memory; those of people take more than twenty.
pub const BYTES_PER_STRUCT: usize = 20;
/// Steps that integrating one update may take at most, by the gate's estimate. A step takes yrs 50–100 ns.
pub const MAX_UPDATE_STEPS: u64 = 5_000_000;
/// Steps that integrating a whole document again may take at most: what loading it costs.
pub const MAX_DOCUMENT_STEPS: u64 = 100_000_000;
/// Different formatting keys in one document. Between two marks a reader of yrs copies all that are open.
pub const MAX_MARKS: usize = 64;
/// Bytes of one formatting value or embed. A long address in a link has 2,000.
pub const MAX_MARK_BYTES: usize = 4096;
/// Bytes of marks in the canonical JSON of one root. A mark over half a document appears once in each piece of text in it, so that a
/// hostile document could be a thousand times longer written out than stored.
pub const MAX_RENDERED_MARK_BYTES: usize = 4 * 1024 * 1024;
/// Structs of one update that continue the struct before them. A client's stored state has none (they are merged);
/// only batches of keystrokes have, and merging them costs the square of their number.
pub const MAX_UNMERGED: usize = 20_000;
/// Stack of a thread that reads documents, in bytes. Virtual memory only. Reading costs stack by its nesting; 16 levels need a fraction,
/// and the rest is the margin between a guard that has a gap and a process that dies.
pub const READER_STACK_BYTES: usize = 64 * 1024 * 1024;
/// Bytes of an element name such as `paragraph`.
pub const MAX_ELEMENT_NAME_BYTES: usize = 64;
/// Bytes of a map key, an attribute name, a formatting key or a root name.
pub const MAX_KEY_BYTES: usize = 256;
/// Largest client id: the integers that JavaScript represents exactly.
pub const MAX_CLIENT_ID: u64 = (1 << 53) - 1;
/// Clocks stay below this, so that sums of a clock and a length fit in 32 bits, signed too.
pub const MAX_CLOCK: u64 = 1 << 31;
