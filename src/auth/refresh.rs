//! Refresh tokens and other opaque secrets: drawing one, its stored form, its successor. When one may be used is
//! `domain::session`.
//!
//! A successor is derived from its parent, so a client whose answer was lost and that asks again within seconds gets the
//! very same one; nothing needs to be stored in clear for that (RFC 9700 section 4.14 allows for retries).

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::config::Secret;
use crate::domain::ids::LoginSessionId;

/// Bytes in a token: 256 bits.
const TOKEN_BYTES: usize = 32;

/// An opaque token as the client holds it. Never stored, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken([u8; TOKEN_BYTES]);

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken(***)")
    }
}

impl RefreshToken {
    /// Draws a token.
    ///
    /// # Panics
    /// When the operating system gives no random bytes.
    #[must_use]
    pub fn draw() -> Self {
        let mut bytes = [0; TOKEN_BYTES];
        aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random bytes");
        Self(bytes)
    }

    /// Reads what a client sent; `None` when it cannot be one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // 32 bytes are 43 characters; anything longer is not worth decoding.
        if text.len() != 43 {
            return None;
        }
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// What the client is given.
    #[must_use]
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the database is given: SHA-256. A slow hash would add nothing to 256 random bits.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }

    /// The one token that follows this one in its session.
    #[must_use]
    pub fn successor(&self, secret: &Secret, session: LoginSessionId, generation: i32) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
        let mut context = hmac::Context::with_key(&key);
        context.update(b"kazumi refresh successor 1");
        context.update(&self.0);
        context.update(session.0.as_bytes());
        context.update(&generation.to_be_bytes());
        let mut bytes = [0; TOKEN_BYTES];
        bytes.copy_from_slice(context.sign().as_ref());
        Self(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_successor_is_steady_and_depends_on_everything() {
        let (secret, session, token) = (Secret::new(vec![7; 32]), LoginSessionId::generate(), RefreshToken::draw());
        let successor = token.successor(&secret, session, 1);
        assert_eq!(successor, token.successor(&secret, session, 1));
        assert_ne!(successor, token);
        assert_ne!(successor, token.successor(&secret, session, 2));
        assert_ne!(successor, token.successor(&secret, LoginSessionId::generate(), 1));
        assert_ne!(successor, token.successor(&Secret::new(vec![8; 32]), session, 1));
    }

    #[test]
    fn a_token_reads_back_and_other_texts_do_not() {
        let token = RefreshToken::draw();
        assert_eq!(RefreshToken::parse(&token.expose()), Some(token));
        for text in ["", "x", &"=".repeat(43), &"A".repeat(44), &"é".repeat(22)] {
            assert_eq!(RefreshToken::parse(text), None, "{text}");
        }
    }
}
