//! A cursor over received bytes that allocates nothing and believes no declared count.
//!
//! Must not know what the bytes mean. Numbers are lib0's variable-length integers, as Yjs and yrs write them.
//! Read next: `scan.rs`.

use super::limits::{MAX_CLIENT_ID, MAX_CLOCK};
use super::scan_error::ScanError;
use super::summary::{ClientId, Clock};

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, position: 0 }
    }

    pub(super) fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// Everything must have been read: bytes behind the end would travel to peers unseen.
    pub(super) fn finish(self) -> Result<(), ScanError> {
        match self.remaining() {
            0 => Ok(()),
            _ => Err(ScanError::TrailingBytes),
        }
    }

    pub(super) fn byte(&mut self) -> Result<u8, ScanError> {
        let byte = *self.bytes.get(self.position).ok_or(ScanError::Truncated)?;
        self.position += 1;
        Ok(byte)
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], ScanError> {
        if len > self.remaining() {
            return Err(ScanError::Truncated);
        }
        let start = self.position;
        self.position += len;
        Ok(&self.bytes[start..self.position])
    }

    /// An unsigned number of at most 53 bits. yrs would wrap larger ones silently.
    pub(super) fn number(&mut self) -> Result<u64, ScanError> {
        let mut value = 0u64;
        for index in 0..8u32 {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                return match value {
                    0..=MAX_CLIENT_ID => Ok(value),
                    _ => Err(ScanError::NumberTooLarge),
                };
            }
        }
        Err(ScanError::NumberTooLarge)
    }

    /// Steps over a signed number of at most 53 bits (first byte: continuation, sign, six bits).
    pub(super) fn skip_signed(&mut self) -> Result<(), ScanError> {
        let mut byte = self.byte()?;
        let mut value = u64::from(byte & 0x3f);
        let mut shift = 6;
        while byte >= 0x80 {
            if shift > 53 {
                return Err(ScanError::NumberTooLarge);
            }
            byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
        }
        match value {
            0..=MAX_CLIENT_ID => Ok(()),
            _ => Err(ScanError::NumberTooLarge),
        }
    }

    pub(super) fn clock(&mut self) -> Result<Clock, ScanError> {
        match self.number()? {
            clock if clock < MAX_CLOCK => Ok(clock as Clock),
            _ => Err(ScanError::ClockOverflow),
        }
    }

    pub(super) fn id(&mut self) -> Result<(ClientId, Clock), ScanError> {
        Ok((self.number()?, self.clock()?))
    }

    /// A declared number of things that take at least `each` bytes: never more than the bytes left can hold.
    pub(super) fn count(&mut self, each: usize) -> Result<usize, ScanError> {
        let count = self.number()?;
        match usize::try_from(count) {
            Ok(count) if count <= self.remaining() / each => Ok(count),
            _ => Err(ScanError::CountBeyondEnd),
        }
    }

    pub(super) fn string(&mut self) -> Result<&'a str, ScanError> {
        let len = self.count(1)?;
        std::str::from_utf8(self.take(len)?).map_err(|_| ScanError::BadUtf8)
    }

    /// A name or key of at most `max` bytes.
    pub(super) fn name(&mut self, max: usize) -> Result<&'a str, ScanError> {
        let name = self.string()?;
        if name.len() > max {
            return Err(ScanError::NameTooLong);
        }
        Ok(name)
    }
}
