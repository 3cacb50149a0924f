//! The scanner alone: any bytes are accepted or refused, never a panic, never more memory than the bytes can account for.
#![no_main]

use kazumi_fuzz::ROOTS;
use kazumi_fuzz::crdt::{Frontier, limits, scan_update};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(summary) = scan_update(bytes, limits::MAX_STEP2_BYTES, ROOTS) {
        assert!(summary.blocks.len() + summary.deletions.len() <= bytes.len());
        let _ = Frontier::new().assess(&summary);
    }
});
