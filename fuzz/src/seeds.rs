//! Writes the corpora that fuzzing starts from: the golden histories of Yjs 13, the seeds of both kinds of section, and every message
//! that once did harm (`tests/fixtures/crashers/<target>/*.hex`). Run in `fuzz/`; existing files of the corpora stay.

use std::error::Error;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kazumi_fuzz::crdt::seed::{Block, rich_text};
use kazumi_fuzz::crdt::{AwarenessEntry, encode_awareness};
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let mut updates = vec![rich_text("content", &[Block::Paragraph("um".into()), Block::BulletList(vec!["a".into()])])];
    for (file, lists) in [("out_of_order.json", &["log"][..]), ("yjs_interop.json", &["log", "updates"])] {
        let cases: Value = serde_json::from_str(&fs::read_to_string(format!("../tests/fixtures/crdt/{file}"))?)?;
        for case in cases.as_array().into_iter().flatten().take(60) {
            for list in lists.iter().filter_map(|name| case[*name].as_array()) {
                updates.extend(list.iter().filter_map(Value::as_str).filter_map(|text| STANDARD.decode(text).ok()));
            }
        }
    }
    let state = Some(r#"{"user":{"name":"Ana"},"cursor":{"anchor":null}}"#.to_owned());
    let presence = encode_awareness(&[AwarenessEntry { client: 7, clock: 3, state }]);
    for (index, update) in updates.iter().enumerate() {
        write("scan", index, update)?;
        write("frames", index, &[&[0, 2][..], &length(update), update].concat())?;
        write("frames", index + updates.len(), &[&[3, b'd', b'o', b'c', 0, 2][..], &length(update), update].concat())?;
    }
    for (index, history) in updates.chunks(6).enumerate() {
        let prefixed = history.iter().map(|update| [&(update.len() as u16).to_le_bytes()[..], update].concat());
        write("scan_then_apply", index, &prefixed.collect::<Vec<_>>().concat())?;
    }
    write("awareness_and_state_vector", 0, &presence)?;
    write("awareness_and_state_vector", 1, &[2, 7, 3, 5, 9])?;
    write("frames", 2 * updates.len(), b"\x03doc\x02\x00\x05token")?;
    crashers()
}

/// Every saved message, for the target in whose folder it lies.
fn crashers() -> Outcome<()> {
    let Ok(targets) = fs::read_dir("../tests/fixtures/crashers") else { return Ok(()) };
    for target in targets {
        let target = target?;
        for (index, file) in fs::read_dir(target.path())?.enumerate() {
            let text = fs::read_to_string(file?.path())?;
            let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
            let bytes: Result<Vec<u8>, _> =
                digits.chunks(2).map(|pair| u8::from_str_radix(&String::from_utf8_lossy(pair), 16)).collect();
            write(&target.file_name().to_string_lossy(), 1_000_000 + index, &bytes?)?;
        }
    }
    Ok(())
}

fn length(bytes: &[u8]) -> Vec<u8> {
    let (mut rest, mut out) = (bytes.len(), Vec::new());
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
    out
}

fn write(target: &str, index: usize, bytes: &[u8]) -> Outcome<()> {
    let folder = Path::new("corpus").join(target);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(format!("seed-{index}")), bytes)?)
}
