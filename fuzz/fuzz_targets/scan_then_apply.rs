//! What passes the guard does no harm: several updates (each with two bytes of length in front) go to one document with a history.
#![no_main]

use kazumi_fuzz::Server;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut server = Server::with_history();
    let mut rest = bytes;
    while let Some((length, behind)) = rest.split_first_chunk::<2>() {
        let (update, next) = behind.split_at(usize::from(u16::from_le_bytes(*length)).min(behind.len()));
        server.receive(update);
        rest = next;
    }
    server.check();
});
