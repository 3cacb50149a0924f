//! Codes from a person's device (RFC 6238: SHA-1, six digits, thirty seconds, which is what every application understands) and recovery
//! codes. Who needs one is `domain::second_factor`; that each is good once is the database's to say.
//!
//! A device's secret is kept sealed (AES-256-GCM) under a key that is derived from the server's refresh secret, so a copy of the database
//! alone makes no codes (ADR 0018). It is bound to its person: a row moved to another account does not open.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf;
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, Builder, Totp};

use crate::config::Secret;
use crate::domain::ids::UserId;

/// Bytes of a device's secret (RFC 4226 section 4 recommends 160 bits).
const SECRET_BYTES: usize = 20;
/// Digits of a code.
const DIGITS: usize = 6;
/// Seconds of a step.
const STEP: u64 = 30;
/// Steps before and after the present one that are accepted: clocks of telephones differ.
const SKEW: u16 = 1;
/// Characters of a recovery code: 80 bits.
const RECOVERY_CHARACTERS: usize = 16;
/// No I, L, O, U: nobody has to guess what was written down.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Longest text that is looked at: a recovery code with its hyphens, and room for careless spaces.
const MAX_TYPED: usize = 40;

/// The sealed secret does not open: the server's refresh secret was changed, or the row is not this person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the second factor cannot be opened with this server's secret")]
pub struct Unreadable;

/// The key under which secrets of devices are sealed. One per process.
pub struct SealingKey(LessSafeKey);

impl SealingKey {
    /// Derives the key (HKDF-SHA256) from the refresh secret.
    ///
    /// # Panics
    /// Never: the lengths are constants that fit.
    #[must_use]
    pub fn derive(refresh_secret: &Secret) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"kazumi second factor 1");
        let material = salt.extract(refresh_secret.expose());
        let okm = material.expand(&[b"seal secrets of devices"], &AES_256_GCM).expect("32 bytes can be derived");
        Self(LessSafeKey::new(UnboundKey::from(okm)))
    }

    fn seal(&self, user: UserId, secret: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        fill(&mut nonce);
        let mut bytes = secret.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(user.0.as_bytes().as_slice()),
                &mut bytes,
            )
            .expect("twenty bytes can be sealed");
        [nonce.as_slice(), &bytes].concat()
    }

    fn open(&self, user: UserId, sealed: &[u8]) -> Result<Vec<u8>, Unreadable> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(Unreadable)?;
        let mut bytes = rest.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unreadable)?;
        let aad = Aad::from(user.0.as_bytes().as_slice());
        Ok(self.0.open_in_place(nonce, aad, &mut bytes).map_err(|_| Unreadable)?.to_vec())
    }
}

/// The secret that a person's device and the server share. Printed nowhere but on the page that sets it up.
pub struct DeviceSecret(Totp);

impl DeviceSecret {
    /// Draws one.
    ///
    /// # Panics
    /// When the operating system gives no random bytes.
    #[must_use]
    pub fn draw() -> Self {
        let mut bytes = [0; SECRET_BYTES];
        fill(&mut bytes);
        Self::of(&bytes).expect("a drawn secret has the right length")
    }

    /// Opens a sealed one.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn open(key: &SealingKey, user: UserId, sealed: &[u8]) -> Result<Self, Unreadable> {
        Self::of(&key.open(user, sealed)?).ok_or(Unreadable)
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let builder = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_step_duration(STEP)
            .with_skew(SKEW)
            .with_secret(bytes.to_vec())
            .with_issuer(Some("Kazumi"))
            .with_account_name("Kazumi");
        builder.build().ok().map(Self)
    }

    /// What the database is given.
    #[must_use]
    pub fn seal(&self, key: &SealingKey, user: UserId) -> Vec<u8> {
        key.seal(user, self.0.secret().as_ref())
    }

    /// The secret as a person may type it into the device: base32.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.secret().to_base32()
    }

    /// The address that a device reads off the screen.
    #[must_use]
    pub fn to_address(&self) -> String {
        format!("otpauth://totp/Kazumi?secret={}&issuer=Kazumi", self.to_text())
    }

    /// The step a code belongs to, if it is one of those that count at `unix_seconds`. Codes are compared in constant time.
    #[must_use]
    pub fn step_of(&self, code: &str, unix_seconds: i64) -> Option<i64> {
        let step = self.0.check(code, u64::try_from(unix_seconds).ok()?)?;
        i64::try_from(step).ok()
    }

    /// The code at that time, as the device shows it.
    #[must_use]
    pub fn code_at(&self, unix_seconds: u64) -> String {
        self.0.generate(unix_seconds).to_string()
    }
}

/// What a person typed into the one field for both.
#[derive(Clone, PartialEq, Eq)]
pub enum Typed {
    /// Six digits.
    Code(String),
    /// A recovery code.
    Recovery(RecoveryCode),
}

impl Typed {
    /// Reads it, forgiving spaces, hyphens, case and letters that look like digits. `None` for what can be neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TYPED {
            return None;
        }
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::Code(text));
        }
        let upper = text.to_ascii_uppercase().replace(['I', 'L'], "1").replace('O', "0");
        let fits = upper.len() == RECOVERY_CHARACTERS && upper.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then_some(Self::Recovery(RecoveryCode(upper)))
    }
}

/// A code that opens the door once when the device is lost.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// Draws one.
    ///
    /// # Panics
    /// When the operating system gives no random bytes.
    #[must_use]
    pub fn draw() -> Self {
        let mut bytes = [0; RECOVERY_CHARACTERS];
        fill(&mut bytes);
        Self(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
    }

    /// As it is written down: groups of four.
    #[must_use]
    pub fn expose(&self) -> String {
        let groups: Vec<_> = self.0.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        groups.join("-")
    }

    /// What the database is given. A slow hash would add nothing to 80 random bits.
    #[must_use]
    pub fn hash(&self, user: UserId) -> Vec<u8> {
        let digest = Sha256::new().chain_update(b"kazumi recovery code 1").chain_update(user.0.as_bytes());
        digest.chain_update(self.0.as_bytes()).finalize().to_vec()
    }
}

fn fill(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("the operating system gives random bytes");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SealingKey {
        SealingKey::derive(&Secret::new(vec![byte; 32]))
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238 appendix B, SHA-1, the last six digits.
        let secret = DeviceSecret::of(b"12345678901234567890").unwrap();
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(secret.code_at(time), code);
            assert_eq!(secret.step_of(code, time.cast_signed()), Some((time / STEP).cast_signed()));
        }
    }

    #[test]
    fn a_code_counts_one_step_early_and_late_and_no_longer() {
        let secret = DeviceSecret::draw();
        let code = secret.code_at(30_000);
        for (time, counts) in [(29_939, false), (29_970, true), (30_029, true), (30_059, true), (30_060, false)] {
            assert_eq!(secret.step_of(&code, time).is_some(), counts, "{time}");
        }
    }

    #[test]
    fn a_sealed_secret_opens_for_its_person_under_its_key_alone() {
        let (user, secret) = (UserId::generate(), DeviceSecret::draw());
        let sealed = secret.seal(&key(1), user);
        let opened = DeviceSecret::open(&key(1), user, &sealed).ok().unwrap();
        assert_eq!(opened.to_text(), secret.to_text());
        assert_ne!(sealed, secret.seal(&key(1), user), "no two are alike");
        assert!(DeviceSecret::open(&key(2), user, &sealed).is_err());
        assert!(DeviceSecret::open(&key(1), UserId::generate(), &sealed).is_err());
        let mut damaged = sealed;
        damaged[15] ^= 1;
        assert!(DeviceSecret::open(&key(1), user, &damaged).is_err());
        assert!(DeviceSecret::open(&key(1), user, &[]).is_err());
    }

    #[test]
    fn what_people_type_is_read_kindly_and_nothing_else_is_read() {
        let code = RecoveryCode::draw();
        let careless = format!(" {} ", code.expose().to_lowercase().replace('-', " ").replace('0', "o"));
        assert!(Typed::parse(&careless) == Some(Typed::Recovery(code.clone())));
        assert!(Typed::parse("123 456") == Some(Typed::Code("123456".to_owned())));
        for text in ["", "12345", "1234567", "12345x", &"A".repeat(15), &"U".repeat(16), &"1".repeat(50), "١٢٣٤٥٦"]
        {
            assert!(Typed::parse(text).is_none(), "{text}");
        }
        assert_ne!(code.hash(UserId::generate()), code.hash(UserId::generate()));
    }
}
