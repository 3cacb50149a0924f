//! How fast one socket is read. Whoever sends more is not refused but read more slowly: their network fills up, and nobody else's
//! edits wait behind theirs. Pure: time comes in, a pause comes out.

use std::time::{Duration, Instant};

/// Frames a second, all documents of the socket together. Somebody who types fast sends twenty, presence included; a page that comes
/// back with all its sections some dozens at once.
const FRAMES_A_SECOND: f64 = 300.0;
const FRAMES_AT_ONCE: f64 = 1_200.0;
/// Bytes a second: a document of the largest size every two seconds, and several at once after a reconnect.
const BYTES_A_SECOND: f64 = 512.0 * 1024.0;
const BYTES_AT_ONCE: f64 = 8.0 * 1024.0 * 1024.0;
/// What a question for a whole difference counts for: answering it can take milliseconds of a room and a megabyte.
pub const QUESTION_FRAMES: f64 = 30.0;
/// Longest single pause: time enough to say goodbye in between.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The budget of one socket.
pub struct Pace {
    frames: f64,
    bytes: f64,
    filled: Instant,
}

impl Pace {
    /// A full budget.
    pub fn new(now: Instant) -> Self {
        Self { frames: FRAMES_AT_ONCE, bytes: BYTES_AT_ONCE, filled: now }
    }

    /// Accounts for work that a frame made beyond its own.
    pub fn charge(&mut self, frames: f64) {
        self.frames -= frames;
    }

    /// Accounts for a frame; how long the socket must not be read after it, zero within the budget.
    pub fn pause_after(&mut self, bytes: usize, now: Instant) -> Duration {
        let passed = now.duration_since(self.filled).as_secs_f64();
        self.filled = now;
        self.frames = (self.frames + passed * FRAMES_A_SECOND).min(FRAMES_AT_ONCE) - 1.0;
        self.bytes = (self.bytes + passed * BYTES_A_SECOND).min(BYTES_AT_ONCE) - bytes as f64;
        let debt = (-self.frames / FRAMES_A_SECOND).max(-self.bytes / BYTES_A_SECOND);
        if debt > 0.0 { Duration::from_secs_f64(debt).min(LONGEST_PAUSE) } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends as fast as it is read for so long; how many frames were read.
    fn flood(bytes: usize, seconds: u64) -> u64 {
        let begin = Instant::now();
        let (mut pace, mut now, mut read) = (Pace::new(begin), begin, 0);
        while now < begin + Duration::from_secs(seconds) {
            read += 1;
            // Reading a frame takes a moment too.
            now += pace.pause_after(bytes, now) + Duration::from_micros(10);
        }
        read
    }

    #[test]
    fn somebody_who_types_as_fast_as_anybody_can_never_waits() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        for keystroke in 0..10_000 {
            let now = begin + Duration::from_millis(20 * keystroke);
            assert_eq!(pace.pause_after(40, now), Duration::ZERO);
            assert_eq!(pace.pause_after(200, now), Duration::ZERO, "presence");
        }
    }

    #[test]
    fn questions_for_the_whole_document_are_ten_a_second() {
        let begin = Instant::now();
        let (mut pace, mut now, mut asked) = (Pace::new(begin), begin, 0);
        while now < begin + Duration::from_secs(60) {
            asked += 1;
            pace.charge(QUESTION_FRAMES);
            now += pace.pause_after(10, now) + Duration::from_micros(10);
        }
        assert!((600..=640).contains(&asked), "forty at once and ten a second: {asked}");
    }

    #[test]
    fn a_flood_is_read_at_the_pace_of_its_budget_by_number_and_by_bytes() {
        let frames = flood(10, 60);
        assert!((19_000..=19_300).contains(&frames), "1,200 at once and 300 a second: {frames}");
        let large = flood(256 * 1024, 60);
        assert!((150..=160).contains(&large), "32 at once and 2 a second: {large}");
    }
}
