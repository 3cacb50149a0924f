//! Both framings: any message is read or refused, and what is read is no longer than what came.
#![no_main]

use bytes::Bytes;
use kazumi_fuzz::protocol::collab::{CollabFrame, Inbound, read_collab, read_y};
use libfuzzer_sys::fuzz_target;

fn bounded(frame: &Inbound, most: usize) {
    let (Inbound::SyncStep1(bytes) | Inbound::SyncStep2(bytes) | Inbound::Update(bytes) | Inbound::Awareness(bytes)) =
        frame
    else {
        return;
    };
    assert!(bytes.len() < most);
}

fuzz_target!(|bytes: &[u8]| {
    let message = Bytes::copy_from_slice(bytes);
    match read_collab(message.clone()) {
        Ok(CollabFrame::Section { key, frame }) => {
            assert!(key.len() < bytes.len());
            bounded(&frame, bytes.len());
        }
        Ok(CollabFrame::Token { key, token }) => assert!(key.len() + token.len() < bytes.len()),
        Ok(CollabFrame::Close { .. } | CollabFrame::Ignored) | Err(_) => {}
    }
    if let Ok(Some(frame)) = read_y(message) {
        bounded(&frame, bytes.len());
    }
});
