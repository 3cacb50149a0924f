//! Slowing down guesses: with growing delays per account and network address together, so that a stranger elsewhere can lock nobody
//! out, and per network address with a steady rate that a school behind one address does not notice. In memory and bounded; a restart forgives, which costs an attacker more than it gives.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};

use crate::domain::ids::UserId;

/// Attempts on one account that cost nothing.
const FREE_ATTEMPTS: u32 = 5;
/// The longest delay between two attempts on one account: 200 an hour would need 18 s.
const LONGEST_DELAY: Duration = Duration::from_secs(60);
/// After so long without an attempt an account starts afresh.
const FORGET_AFTER: Duration = Duration::from_secs(3600);
/// Accounts remembered at most, about 80 bytes each. When full, the oldest attempts are forgotten.
const MAX_ACCOUNTS: usize = 50_000;
/// Network addresses remembered before idle ones are dropped.
const MAX_NETWORKS: usize = 50_000;

/// Searches of one person a second, as many as questions for older messages on one socket (`ws/pace.rs`).
const SEARCHES_A_SECOND: NonZeroU32 = NonZeroU32::new(5).unwrap();
/// People remembered before idle ones are dropped.
const MAX_PEOPLE: usize = 50_000;

/// All limits. One per process.
pub struct Throttle {
    accounts: Mutex<Accounts>,
    networks: DefaultKeyedRateLimiter<IpAddr>,
    searches: DefaultKeyedRateLimiter<UserId>,
}

impl Throttle {
    /// `per_network`: attempts a minute from one address.
    #[must_use]
    pub fn new(per_network: NonZeroU32) -> Self {
        Self {
            accounts: Mutex::default(),
            networks: RateLimiter::dashmap(Quota::per_minute(per_network)),
            searches: RateLimiter::dashmap(Quota::per_second(SEARCHES_A_SECOND)),
        }
    }

    /// Counts a search of somebody signed in.
    ///
    /// # Errors
    /// How long to wait.
    pub fn search(&self, person: UserId) -> Result<(), Duration> {
        if self.searches.len() > MAX_PEOPLE {
            self.searches.retain_recent();
        }
        self.searches.check_key(&person).map_err(|until| until.wait_time_from(DefaultClock::default().now()))
    }

    /// Counts an attempt, before its password is looked at: parallel guesses must not slip through together.
    ///
    /// * `account`: the e-mail as typed, any case
    /// * `network`: the client's address; `None` (a socket file) is not limited
    ///
    /// # Errors
    /// How long to wait.
    pub fn attempt(&self, account: &str, network: Option<IpAddr>) -> Result<(), Duration> {
        if let Some(network) = network {
            if self.networks.len() > MAX_NETWORKS {
                self.networks.retain_recent();
            }
            let key = subnet(network);
            self.networks.check_key(&key).map_err(|until| until.wait_time_from(DefaultClock::default().now()))?;
        }
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.attempt(key_of(account, network), Instant::now())
    }

    /// The password was right: the account's owner is here, so nothing is held against them.
    pub fn succeeded(&self, account: &str, network: Option<IpAddr>) {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.tries.remove(&key_of(account, network));
    }
}

/// An IPv6 customer holds a whole /64, so that is what is counted.
fn subnet(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Addresses are personal data and of any length; a hash is neither.
fn key_of(account: &str, network: Option<IpAddr>) -> [u8; 16] {
    let place = network.map(subnet).map_or_else(String::new, |network| network.to_string());
    let digest = Sha256::digest(format!("{} {place}", account.trim().to_lowercase()));
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}

/// Attempts per account. Pure: the caller brings the clock.
#[derive(Default)]
struct Accounts {
    tries: HashMap<[u8; 16], Tries>,
}

#[derive(Clone, Copy)]
struct Tries {
    count: u32,
    last: Instant,
}

impl Accounts {
    fn attempt(&mut self, account: [u8; 16], now: Instant) -> Result<(), Duration> {
        if self.tries.len() >= MAX_ACCOUNTS {
            self.forget(now);
        }
        let tries = self.tries.entry(account).or_insert(Tries { count: 0, last: now });
        if now - tries.last >= FORGET_AFTER {
            tries.count = 0;
        }
        let ready_at = tries.last + delay(tries.count);
        if ready_at > now {
            return Err(ready_at - now);
        }
        *tries = Tries { count: tries.count.saturating_add(1), last: now };
        Ok(())
    }

    /// Drops accounts at rest, and the older half of the others if that is not enough.
    fn forget(&mut self, now: Instant) {
        self.tries.retain(|_, tries| now - tries.last < FORGET_AFTER);
        if self.tries.len() >= MAX_ACCOUNTS {
            let mut times: Vec<Instant> = self.tries.values().map(|tries| tries.last).collect();
            let (_, median, _) = times.select_nth_unstable(MAX_ACCOUNTS / 2);
            let median = *median;
            self.tries.retain(|_, tries| tries.last > median);
        }
    }
}

/// Five for nothing, then 1, 2, 4 … 60 seconds.
fn delay(count: u32) -> Duration {
    match count.checked_sub(FREE_ATTEMPTS) {
        None => Duration::ZERO,
        Some(beyond) => Duration::from_secs(1 << beyond.min(6)).min(LONGEST_DELAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_attempts_are_free_and_each_further_one_waits_longer() {
        let mut accounts = Accounts::default();
        let mut now = Instant::now();
        for _ in 0..FREE_ATTEMPTS {
            assert_eq!(accounts.attempt([1; 16], now), Ok(()));
        }
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            let wait = Duration::from_secs(seconds);
            assert_eq!(accounts.attempt([1; 16], now), Err(wait));
            now += wait;
            assert_eq!(accounts.attempt([1; 16], now), Ok(()));
        }
        assert_eq!(accounts.attempt([2; 16], now), Ok(()), "another account is not concerned");
    }

    #[test]
    fn an_hour_of_rest_and_a_right_password_both_forgive() {
        let throttle = Throttle::new(NonZeroU32::new(1000).unwrap());
        for _ in 0..FREE_ATTEMPTS {
            assert!(throttle.attempt("Ana@example.org", None).is_ok());
        }
        assert!(throttle.attempt(" ana@EXAMPLE.org", None).is_err(), "case and blanks do not make a new account");
        throttle.succeeded("ana@example.org", None);
        assert!(throttle.attempt("ana@example.org", None).is_ok());

        let (mut accounts, now) = (Accounts::default(), Instant::now());
        for _ in 0..FREE_ATTEMPTS {
            assert_eq!(accounts.attempt([1; 16], now), Ok(()));
        }
        assert_eq!(accounts.attempt([1; 16], now + FORGET_AFTER), Ok(()));
    }

    #[test]
    fn a_stranger_elsewhere_locks_nobody_out() {
        let throttle = Throttle::new(NonZeroU32::new(1000).unwrap());
        let attempt = |address: &str| throttle.attempt("ana@example.org", Some(address.parse().unwrap()));
        while attempt("198.51.100.7").is_ok() {}
        assert!(attempt("192.0.2.1").is_ok());
    }

    #[test]
    fn memory_is_bounded_whatever_names_are_tried() {
        let (mut accounts, start) = (Accounts::default(), Instant::now());
        for name in 0..(MAX_ACCOUNTS as u64 * 2) {
            let mut key = [0; 16];
            key[..8].copy_from_slice(&name.to_be_bytes());
            assert!(accounts.attempt(key, start + Duration::from_micros(name)).is_ok());
            assert!(accounts.tries.len() <= MAX_ACCOUNTS);
        }
    }

    #[test]
    fn one_network_is_limited_and_another_is_not() {
        let throttle = Throttle::new(NonZeroU32::new(2).unwrap());
        let attempt = |name: &str, address: &str| throttle.attempt(name, Some(address.parse().unwrap()));
        assert!(attempt("a", "2001:db8::1").is_ok());
        assert!(attempt("b", "2001:db8::2").is_ok());
        assert!(attempt("c", "2001:db8::3").is_err(), "one /64 is one network");
        assert!(attempt("d", "2001:db8:0:1::1").is_ok());
        assert!(attempt("e", "192.0.2.1").is_ok());
    }
}
