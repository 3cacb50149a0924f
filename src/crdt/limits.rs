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
/// Client sections of one update: each reload of a browser that then writes adds one to the document for ever.
pub const MAX_CLIENTS: usize = 16_384;
/// Structs of one update. Real structs that cannot be merged take more than ten bytes, so a full document fits.
pub const MAX_BLOCKS: usize = 100_000;
/// Structs of one update that continue the struct before them. A client's stored state has none (they are merged);
/// only batches of keystrokes have, and merging them costs the square of their number.
pub const MAX_UNMERGED: usize = 20_000;
/// Bytes of an element name such as `paragraph`.
pub const MAX_ELEMENT_NAME_BYTES: usize = 64;
/// Bytes of a map key, an attribute name, a formatting key or a root name.
pub const MAX_KEY_BYTES: usize = 256;
/// Largest client id: the integers that JavaScript represents exactly.
pub const MAX_CLIENT_ID: u64 = (1 << 53) - 1;
/// Clocks stay below this, so that sums of a clock and a length fit in 32 bits, signed too.
pub const MAX_CLOCK: u64 = 1 << 31;
