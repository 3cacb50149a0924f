//! Puts the parts of a fragmented message together, under a cap: actix-web-actors hands continuation frames over raw.

use bytes::{Bytes, BytesMut};

/// One frame of a fragmented binary message.
#[derive(Debug)]
pub enum Part {
    /// Begins a message.
    First(Bytes),
    /// Goes on.
    Middle(Bytes),
    /// Ends it.
    Last(Bytes),
}

/// What a continuation frame led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Assembled {
    /// More parts are to come.
    Waiting,
    /// The whole message.
    Whole(Bytes),
    /// A part without a beginning, or a second beginning.
    Unexpected,
    /// More than the cap.
    TooLarge,
}

/// The parts of one message so far.
#[derive(Default)]
pub struct Assembly {
    parts: Option<BytesMut>,
}

impl Assembly {
    /// Takes the next part; `max_bytes` bounds the whole.
    pub fn push(&mut self, part: Part, max_bytes: usize) -> Assembled {
        let (part, is_last) = match part {
            Part::First(part) if self.parts.is_none() => {
                self.parts = Some(BytesMut::new());
                (part, false)
            }
            Part::First(_) => return Assembled::Unexpected,
            Part::Middle(part) => (part, false),
            Part::Last(part) => (part, true),
        };
        let Some(parts) = &mut self.parts else { return Assembled::Unexpected };
        if parts.len() + part.len() > max_bytes {
            self.parts = None;
            return Assembled::TooLarge;
        }
        parts.extend_from_slice(&part);
        match is_last {
            true => Assembled::Whole(self.parts.take().unwrap_or_default().freeze()),
            false => Assembled::Waiting,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_one_message_up_to_the_cap() {
        let part = Bytes::from_static(b"abc");
        let mut assembly = Assembly::default();
        assert_eq!(assembly.push(Part::Middle(part.clone()), 9), Assembled::Unexpected);
        assert_eq!(assembly.push(Part::First(part.clone()), 9), Assembled::Waiting);
        assert_eq!(assembly.push(Part::Middle(part.clone()), 9), Assembled::Waiting);
        assert_eq!(assembly.push(Part::Last(part.clone()), 9), Assembled::Whole(Bytes::from_static(b"abcabcabc")));
        assert_eq!(assembly.push(Part::First(part.clone()), 5), Assembled::Waiting);
        assert_eq!(assembly.push(Part::Last(part), 5), Assembled::TooLarge);
    }
}
