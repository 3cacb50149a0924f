//! Awareness frames (who is here, where is the caret): checked on the way in, written on the way out.
//!
//! Must not judge whose client id it is or what the state says; the room does. The layout is y-protocols': a count, then
//! client, clock and a JSON string each. Read next: `limits.rs`.

use super::limits::{MAX_AWARENESS_BYTES, MAX_AWARENESS_ENTRIES};
use super::reader::Reader;
use super::scan_error::ScanError;
use super::summary::ClientId;
use super::value::parse_json;
use serde_json::Value;

/// What one client says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwarenessEntry {
    /// The client the entry is about. At most 53 bits.
    pub client: ClientId,
    /// Rises with each change; peers ignore older ones.
    pub clock: u32,
    /// A JSON object of at most 4 KiB, or `None` when the client has left.
    pub state: Option<String>,
}

/// Reads an awareness update (without the message type and length around it).
///
/// # Errors
/// Any [`ScanError`]: among them a count beyond the bytes, more than 32 entries, a client named twice, a state above
/// 4 KiB and a state that is not an object.
pub fn scan_awareness(bytes: &[u8]) -> Result<Vec<AwarenessEntry>, ScanError> {
    let mut reader = Reader::new(bytes);
    let count = reader.count(4)?;
    if count > MAX_AWARENESS_ENTRIES {
        return Err(ScanError::TooManyParts);
    }
    let mut entries: Vec<AwarenessEntry> = Vec::with_capacity(count);
    for _ in 0..count {
        let client = reader.number()?;
        let clock = reader.clock()?;
        let json = reader.string()?;
        if json.len() > MAX_AWARENESS_BYTES {
            return Err(ScanError::TooLarge);
        }
        if entries.iter().any(|entry| entry.client == client) {
            return Err(ScanError::Unsorted);
        }
        let state = match parse_json(json)? {
            Value::Null => None,
            Value::Object(_) => Some(json.to_owned()),
            _ => return Err(ScanError::BadJson),
        };
        entries.push(AwarenessEntry { client, clock, state });
    }
    reader.finish()?;
    Ok(entries)
}

/// Writes an awareness update. Any number of entries; an empty one keeps a connection alive.
pub fn encode_awareness(entries: &[AwarenessEntry]) -> Vec<u8> {
    let mut writer = super::writer::Writer::new();
    writer.number(entries.len() as u64);
    for entry in entries {
        writer.number(entry.client);
        writer.number(u64::from(entry.clock));
        writer.string(entry.state.as_deref().unwrap_or("null"));
    }
    writer.into_bytes()
}
