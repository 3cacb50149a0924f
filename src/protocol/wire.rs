//! The lib0 encoding that every Yjs protocol uses: variable-length integers (7 bits a byte, low first), and byte strings with
//! their length in front. Reading copies nothing and checks each declared length against what is left.

use bytes::{BufMut, Bytes, BytesMut};

/// The bytes do not have the agreed form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed frame")]
pub struct Malformed;

/// The largest integer JavaScript writes exactly.
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Reads a frame from the front.
pub struct Reader {
    rest: Bytes,
}

impl Reader {
    /// Starts at the first byte of `frame`.
    #[must_use]
    pub fn new(frame: Bytes) -> Self {
        Self { rest: frame }
    }

    /// Whether everything was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// An integer below 2^53.
    ///
    /// # Errors
    /// When the frame ends inside it or it is larger.
    pub fn var_uint(&mut self) -> Result<u64, Malformed> {
        let mut value: u64 = 0;
        for (index, &byte) in self.rest.iter().enumerate().take(8) {
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                let _read = self.rest.split_to(index + 1);
                return if value <= MAX_INTEGER { Ok(value) } else { Err(Malformed) };
            }
        }
        Err(Malformed)
    }

    /// A byte string, sharing the frame's memory.
    ///
    /// # Errors
    /// When its length is more than what is left.
    pub fn var_bytes(&mut self) -> Result<Bytes, Malformed> {
        let length = usize::try_from(self.var_uint()?).map_err(|_| Malformed)?;
        if length > self.rest.len() {
            return Err(Malformed);
        }
        Ok(self.rest.split_to(length))
    }

    /// A byte string that must be UTF-8.
    ///
    /// # Errors
    /// When it is too long for the frame or not UTF-8.
    pub fn var_string(&mut self) -> Result<String, Malformed> {
        String::from_utf8(self.var_bytes()?.into()).map_err(|_| Malformed)
    }
}

/// Appends an integer.
pub fn put_var_uint(out: &mut BytesMut, mut value: u64) {
    while value >= 0x80 {
        out.put_u8((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.put_u8(value as u8);
}

/// Appends a byte string.
pub fn put_var_bytes(out: &mut BytesMut, bytes: &[u8]) {
    put_var_uint(out, bytes.len() as u64);
    out.put_slice(bytes);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_reads_back(number in 0..=MAX_INTEGER, bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut out = BytesMut::new();
            put_var_uint(&mut out, number);
            put_var_bytes(&mut out, &bytes);
            let mut reader = Reader::new(out.freeze());
            prop_assert_eq!(reader.var_uint(), Ok(number));
            let read = reader.var_bytes();
            prop_assert_eq!(read.as_deref(), Ok(bytes.as_slice()));
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn any_bytes_are_read_or_refused_and_never_more_than_they_are(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let length = bytes.len();
            let mut reader = Reader::new(Bytes::from(bytes));
            while let Ok(part) = reader.var_bytes() {
                prop_assert!(part.len() < length);
            }
        }
    }

    #[test]
    fn a_length_beyond_the_frame_is_refused_without_allocating() {
        let mut reader = Reader::new(Bytes::from_static(&[0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2]));
        assert_eq!(reader.var_bytes(), Err(Malformed));
    }
}
