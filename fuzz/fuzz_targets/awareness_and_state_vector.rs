//! Presence and state vectors: refused or read; what is read writes back to the same, and a state vector gets its answer.
#![no_main]

use kazumi_fuzz::crdt::{SectionDocument, encode_awareness, limits, scan_awareness, scan_state_vector};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entries) = scan_awareness(bytes) {
        assert!(entries.len() <= limits::MAX_AWARENESS_ENTRIES);
        let read: Vec<_> = scan_awareness(&encode_awareness(&entries)).expect("what we write we read");
        // A state of "null" written with spaces comes back as plain "null".
        assert_eq!(read, entries);
    }
    let document = SectionDocument::new();
    assert_eq!(document.diff(bytes).is_ok(), scan_state_vector(bytes).is_ok());
});
