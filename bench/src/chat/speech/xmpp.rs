//! XMPP over WebSocket (RFC 7395): an anonymous login, a room (XEP-0045), and its archive (XEP-0313) for what was missed. The acknowledgement is one's own
//! message coming back with the archive's id.

use anyhow::{Context, Result, bail};

use super::{Device, Heard, Speech, text};

const OPEN: &str = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>";
const ANONYMOUS: &str = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>";
const BIND: &str =
    "<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
/// Messages of a page of the archive.
const PAGE: usize = 100;

/// How far the handshake has come.
mod stage {
    pub const AUTHENTICATING: u8 = 1;
    pub const BINDING: u8 = 2;
    pub const ENTERING: u8 = 3;
    pub const CATCHING_UP: u8 = 4;
    pub const IN: u8 = 5;
}

/// The speech.
pub struct Xmpp;

impl Speech for Xmpp {
    fn upgrade(&self) -> (&'static str, &'static str) {
        ("/ws", "Sec-WebSocket-Protocol: xmpp\r\n")
    }

    fn echo_acknowledges(&self) -> bool {
        true
    }

    fn greet(&self, device: &mut Device, say: &mut Vec<String>) {
        device.stage = 0;
        // Another nickname for each connection: the one before may not have left the room yet.
        device.epoch += 1;
        say.push(OPEN.to_owned());
    }

    fn hear(&self, device: &mut Device, frame: &[u8], say: &mut Vec<String>, heard: &mut Vec<Heard>) -> Result<()> {
        if frame.starts_with(b"<message") {
            return hear_message(frame, heard);
        }
        let has = |words: &str| text::find_bytes(frame, words.as_bytes()).is_some();
        if frame.starts_with(b"<close") || has("type='error'") {
            heard.push(Heard::Farewell(String::from_utf8_lossy(&frame[..frame.len().min(300)]).into_owned()));
            return Ok(());
        }
        match device.stage {
            0 if has("<mechanisms") => {
                say.push(ANONYMOUS.to_owned());
                device.stage = stage::AUTHENTICATING;
            }
            stage::AUTHENTICATING if frame.starts_with(b"<success") => {
                say.push(OPEN.to_owned());
                device.stage = stage::BINDING;
            }
            stage::AUTHENTICATING if frame.starts_with(b"<failure") => {
                heard.push(Heard::Farewell("not authenticated".to_owned()));
            }
            stage::BINDING if has("<bind") && has("features") => say.push(BIND.to_owned()),
            stage::BINDING if has("id='bind'") => {
                say.push(format!(
                    "<presence xmlns='jabber:client' to='{}/p{}-{}-{}'><x xmlns='http://jabber.org/protocol/muc'><history \
                     maxstanzas='0'/></x></presence>",
                    room(device),
                    device.person,
                    device.number,
                    device.epoch
                ));
                device.stage = stage::ENTERING;
            }
            stage::ENTERING if frame.starts_with(b"<presence") && has("code='110'") => {
                if device.cursor == 0 {
                    device.stage = stage::IN;
                    heard.push(Heard::Joined);
                } else {
                    device.stage = stage::CATCHING_UP;
                    say.push(question(device, device.cursor));
                }
            }
            stage::CATCHING_UP if has("<fin") => match (has("complete='true'"), attribute(frame, "<last", ">", "<")) {
                (false, Some(last)) => say.push(question(device, last)),
                _ => {
                    device.stage = stage::IN;
                    heard.push(Heard::Joined);
                }
            },
            _ => {}
        }
        Ok(())
    }

    fn publish(&self, device: &Device, message: u32) -> String {
        let mut frame =
            format!("<message xmlns='jabber:client' to='{}' type='groupchat' id='m{message}'><body>", room(device));
        text::put(&mut frame, message);
        frame.push_str("</body></message>");
        frame
    }
}

fn room(device: &Device) -> String {
    format!("r{}@conference.localhost", device.room)
}

fn question(device: &Device, after: i64) -> String {
    format!(
        "<iq xmlns='jabber:client' type='set' id='archive' to='{}'><query xmlns='urn:xmpp:mam:2'><set \
         xmlns='http://jabber.org/protocol/rsm'><max>{PAGE}</max><after>{after}</after></set></query></iq>",
        room(device)
    )
}

/// The number in the first tag `name`, between `before` and `behind`.
fn attribute(frame: &[u8], name: &str, before: &str, behind: &str) -> Option<i64> {
    let tag = &frame[text::find_bytes(frame, name.as_bytes())? + name.len()..];
    let value = &tag[text::find_bytes(tag, before.as_bytes())? + before.len()..];
    std::str::from_utf8(&value[..text::find_bytes(value, behind.as_bytes())?]).ok()?.parse().ok()
}

/// A message of the room, or one of its archive, which wraps the former.
fn hear_message(frame: &[u8], heard: &mut Vec<Heard>) -> Result<()> {
    // The room's subject has no number.
    let Some((message, _)) = text::find(frame) else { return Ok(()) };
    if text::find_bytes(frame, b"type='error'").is_some() {
        bail!("refused: {}", String::from_utf8_lossy(frame));
    }
    let archived = attribute(frame, "<result", " id='", "'");
    let place = archived.or_else(|| attribute(frame, "<stanza-id", " id='", "'"));
    heard.push(Heard::Delivered(message, place.context("a message that is not in the archive")?));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_live_and_in_the_archive() {
        let live = b"<message from='r1@c/p' type='groupchat'><body>#kz0000002a oi</body><stanza-id by='r1@c' id='17' xmlns='x'/></message>";
        let kept = b"<message from='r1@c'><result id='18' xmlns='urn:xmpp:mam:2'><forwarded><message id='m43'><body>#kz0000002b oi</body></message></forwarded></result></message>";
        let mut heard = Vec::new();
        hear_message(live, &mut heard).expect("sound");
        hear_message(kept, &mut heard).expect("sound");
        assert_eq!(heard, [Heard::Delivered(42, 17), Heard::Delivered(43, 18)]);
        let unkept = b"<message from='r1@c/p' type='groupchat'><body>#kz0000002a oi</body></message>";
        assert!(hear_message(unkept, &mut heard).is_err());
    }
}
