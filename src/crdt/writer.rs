//! Writes lib0's variable-length numbers and strings. The mirror of `reader.rs`.
//!
//! Must not know what the bytes mean. Read next: `seed.rs`.

pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn new() -> Self {
        Writer(Vec::new())
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A signed number: continuation, sign and six bits in the first byte.
    pub(super) fn signed(&mut self, number: i64) {
        let sign = if number < 0 { 0x40 } else { 0 };
        let mut rest = number.unsigned_abs();
        let mut byte = sign | (rest & 0x3f) as u8;
        rest >>= 6;
        while rest > 0 {
            self.0.push(byte | 0x80);
            byte = (rest & 0x7f) as u8;
            rest >>= 7;
        }
        self.0.push(byte);
    }

    pub(super) fn string(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }
}
