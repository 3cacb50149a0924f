//! Latencies in constant memory: buckets whose width is 1/64 of their value, so that every percentile is within 1.6 %.

/// Buckets per power of two.
const PARTS: u64 = 64;
const BUCKETS: usize = 64 * 27;

/// Counts of durations, in microseconds.
#[derive(Clone)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
    largest: u64,
}

impl Histogram {
    /// Without a sample.
    pub fn new() -> Self {
        Self { counts: vec![0; BUCKETS], total: 0, largest: 0 }
    }

    /// Adds a duration in nanoseconds.
    pub fn record(&mut self, nanoseconds: u64) {
        let micros = nanoseconds / 1000;
        self.counts[bucket(micros).min(BUCKETS - 1)] += 1;
        self.total += 1;
        self.largest = self.largest.max(micros);
    }

    /// Number of samples.
    pub fn count(&self) -> u64 {
        self.total
    }

    /// The duration in milliseconds that this share of the samples does not exceed; not a number without samples.
    pub fn percentile(&self, share: f64) -> f64 {
        if self.total == 0 {
            return f64::NAN;
        }
        let rank = ((self.total as f64 * share).ceil() as u64).max(1);
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return upper_end(index).min(self.largest) as f64 / 1000.0;
            }
        }
        self.largest as f64 / 1000.0
    }
}

fn bucket(micros: u64) -> usize {
    if micros < PARTS {
        return micros as usize;
    }
    let power = u64::from(micros.ilog2()) - 6;
    ((power + 1) * PARTS + (micros >> power) - PARTS) as usize
}

fn upper_end(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < PARTS {
        return bucket;
    }
    let power = bucket / PARTS - 1;
    (((bucket % PARTS) + PARTS + 1) << power) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_within_two_percent() {
        let mut histogram = Histogram::new();
        (1..=100_000u64).for_each(|micros| histogram.record(micros * 1000));
        for share in [0.01, 0.5, 0.9, 0.99, 1.0] {
            let exact = share * 100.0;
            let found = histogram.percentile(share);
            assert!((found - exact).abs() <= exact * 0.02, "{share}: {found}");
        }
    }

    #[test]
    fn buckets_follow_each_other_without_a_gap() {
        for micros in 0..1_000_000u64 {
            let index = bucket(micros);
            assert!(micros <= upper_end(index) && (index == 0 || micros > upper_end(index - 1)), "{micros}");
        }
    }
}
