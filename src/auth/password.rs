//! Password hashing: argon2id with 19 MiB, 2 passes, 1 lane (OWASP's floor), never on a thread that serves requests.
//!
//! One hash costs about 20 ms of a core and 19 MiB, so the number at work and the number waiting are both bounded; beyond
//! that the caller is told to come back. An unknown person costs one hash as well, or timing would tell who exists.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::password_rule::{self, Weakness};

/// Attempts that may wait for a hashing thread. With two cores the last one waits about half a second.
const QUEUE: usize = 32;

/// Why no answer was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// More attempts wait than are accepted; try again in a moment.
    #[error("too many passwords are being checked")]
    Overloaded,
    /// The hashing thread died: a bug, or no memory.
    #[error("password hashing failed")]
    Failed,
}

/// The bounded pool. One per process; cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    at_work: Arc<Semaphore>,
    inside: Arc<AtomicUsize>,
    limit: usize,
    /// A hash that no password opens, for people who do not exist.
    nobody: Arc<str>,
}

impl Passwords {
    /// A pool of as many threads as there are cores.
    ///
    /// # Panics
    /// When the operating system gives no random bytes.
    #[must_use]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with_limits(cores, QUEUE)
    }

    fn with_limits(at_work: usize, queue: usize) -> Self {
        let mut unguessable = [0_u8; 32];
        aws_lc_rs::rand::fill(&mut unguessable).expect("the operating system gives random bytes");
        let nobody = hash_now(&unguessable).expect("argon2 accepts 32 bytes");
        Self {
            at_work: Arc::new(Semaphore::new(at_work)),
            inside: Arc::default(),
            limit: at_work + queue,
            nobody: nobody.into(),
        }
    }

    /// Whether `password` belongs to `stored` (a PHC string). `None` does the same work and is always false.
    ///
    /// # Errors
    /// [`PasswordError::Overloaded`] before any work was done.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, PasswordError> {
        let exists = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let opens = self.run(move || verify_now(password.as_bytes(), &stored)).await?;
        Ok(exists && opens)
    }

    /// The PHC string of a new password.
    ///
    /// # Errors
    /// [`PasswordError::Overloaded`] before any work was done; [`PasswordError::Failed`] otherwise.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.run(move || hash_now(password.as_bytes())).await?
    }

    /// Whether a new password is good enough ([`password_rule::judge`]).
    ///
    /// # Errors
    /// [`PasswordError::Overloaded`] before any work was done.
    pub async fn judge(&self, password: String, context: Vec<String>) -> Result<Result<(), Weakness>, PasswordError> {
        self.run(move || password_rule::judge(&password, &context)).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let _place = Place::take(&self.inside, self.limit).ok_or(PasswordError::Overloaded)?;
        let permit = Arc::clone(&self.at_work).acquire_owned().await.map_err(|_| PasswordError::Failed)?;
        // The permit travels with the work: a caller that goes away does not make room for another hash.
        let task = tokio::task::spawn_blocking(move || {
            let value = work();
            drop(permit);
            value
        });
        task.await.map_err(|_| PasswordError::Failed)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// One attempt inside the pool, waiting or at work.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(inside: &Arc<AtomicUsize>, limit: usize) -> Option<Self> {
        let place = Self(Arc::clone(inside));
        (inside.fetch_add(1, Ordering::AcqRel) < limit).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Hashes on the calling thread: for commands, not for requests.
///
/// # Errors
/// [`PasswordError::Failed`] when memory or random bytes are missing.
pub fn hash_now(password: &[u8]) -> Result<String, PasswordError> {
    Argon2::default().hash_password(password).map(|hash| hash.to_string()).map_err(|_| PasswordError::Failed)
}

fn verify_now(password: &[u8], stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| Argon2::default().verify_password(password, &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_are_the_decided_ones() {
        let hash = hash_now(b"correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[tokio::test]
    async fn only_the_right_password_opens_and_nobody_opens_with_any() {
        let passwords = Passwords::with_limits(1, 4);
        let stored = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert_eq!(passwords.verify("correct horse".to_owned(), Some(stored.clone())).await, Ok(true));
        assert_eq!(passwords.verify("wrong horse".to_owned(), Some(stored)).await, Ok(false));
        assert_eq!(passwords.verify("correct horse".to_owned(), None).await, Ok(false));
        assert_eq!(passwords.verify("any".to_owned(), Some("not a hash".to_owned())).await, Ok(false));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_recovers() {
        let passwords = Passwords::with_limits(1, 1);
        let at_work = Place::take(&passwords.inside, passwords.limit).unwrap();
        let waiting = Place::take(&passwords.inside, passwords.limit).unwrap();
        assert_eq!(passwords.verify("any".to_owned(), None).await, Err(PasswordError::Overloaded));
        drop((at_work, waiting));
        assert_eq!(passwords.verify("any".to_owned(), None).await, Ok(false));
    }
}
