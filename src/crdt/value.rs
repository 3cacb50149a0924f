//! Walks plain values (lib0 "any" and embedded JSON) and refuses what is nested too deeply.
//!
//! Must not build the values: yrs does, later, with recursion, which is why depth is settled here.
//! Read next: `scan.rs`.

use super::limits::{MAX_KEY_BYTES, MAX_VALUE_DEPTH};
use super::reader::Reader;
use super::scan_error::ScanError;
use serde_json::Value;

/// Steps over one lib0 value. `depth` is the number of arrays and objects around it.
pub(super) fn skip_any(reader: &mut Reader<'_>, depth: u8) -> Result<(), ScanError> {
    match reader.byte()? {
        // undefined, null, false, true
        127 | 126 | 121 | 120 => Ok(()),
        125 => reader.skip_signed(),
        124 => reader.take(4).map(drop),
        123 | 122 => reader.take(8).map(drop),
        119 => reader.string().map(drop),
        118 => {
            let depth = deeper(depth)?;
            for _ in 0..reader.count(2)? {
                reader.name(MAX_KEY_BYTES)?;
                skip_any(reader, depth)?;
            }
            Ok(())
        }
        117 => {
            let depth = deeper(depth)?;
            for _ in 0..reader.count(1)? {
                skip_any(reader, depth)?;
            }
            Ok(())
        }
        _ => Err(ScanError::ContentNotAllowed),
    }
}

fn deeper(depth: u8) -> Result<u8, ScanError> {
    match depth {
        MAX_VALUE_DEPTH.. => Err(ScanError::TooDeep),
        _ => Ok(depth + 1),
    }
}

/// Steps over a string that holds JSON, as Yjs writes formatting values and embeds; at most `max_bytes` long.
pub(super) fn skip_json(reader: &mut Reader<'_>, max_bytes: usize) -> Result<(), ScanError> {
    let text = reader.string()?;
    if text.len() > max_bytes {
        return Err(ScanError::TooLarge);
    }
    parse_json(text).map(drop)
}

/// Parses JSON within the depth limit. Numbers that yrs could not hold are refused.
pub(super) fn parse_json(text: &str) -> Result<Value, ScanError> {
    // serde_json itself stops at 128 levels, so this cannot exhaust the stack.
    let value = serde_json::from_str(text).map_err(|_| ScanError::BadJson)?;
    check(&value, 0)?;
    Ok(value)
}

fn check(value: &Value, depth: u8) -> Result<(), ScanError> {
    match value {
        Value::Number(number) if number.as_u64().is_some_and(|n| n > i64::MAX as u64) => Err(ScanError::BadJson),
        Value::Array(items) => {
            let depth = deeper(depth)?;
            items.iter().try_for_each(|item| check(item, depth))
        }
        Value::Object(entries) => {
            let depth = deeper(depth)?;
            entries.values().try_for_each(|item| check(item, depth))
        }
        _ => Ok(()),
    }
}
