//! The dialogue on `/ws/y/…`: one document, joined while the socket is opened; afterwards every frame is the room's.

use bytes::Bytes;

use super::effect::Effect;
use crate::protocol::code::Code;
use crate::protocol::collab::read_y;

/// The name under which the one document of such a socket is known inside the session.
pub const KEY: &str = "";

/// What a binary frame asks for.
pub fn on_frame(bytes: Bytes) -> Vec<Effect> {
    match read_y(bytes) {
        Err(_) => vec![Effect::Close(Code::Malformed)],
        Ok(None) => Vec::new(),
        Ok(Some(frame)) => vec![Effect::ToRoom { key: KEY.to_owned(), frame }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::collab::Inbound;

    #[test]
    fn a_frame_goes_to_the_room_and_garbage_ends_the_socket() {
        let step1 = Effect::ToRoom { key: KEY.to_owned(), frame: Inbound::SyncStep1(Bytes::from_static(&[0])) };
        assert_eq!(on_frame(Bytes::from_static(&[0, 0, 1, 0])), [step1]);
        assert_eq!(on_frame(Bytes::from_static(&[0, 9])), [Effect::Close(Code::Malformed)]);
    }
}
