//! Access tokens: JWT signed with Ed25519, ten minutes, no role inside (RFC 8725, RFC 9068 style).
//!
//! Verification is strict: one algorithm, a known `kid`, our `typ`, every claim present, no key taken from the header.
//! A good signature does not mean that the session still lives; the caller asks the database for that.

use std::collections::HashMap;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::domain::ids::{LoginSessionId, UserId};
use crate::domain::session::Caller;

/// How long an access token is valid, in seconds.
pub const LIFETIME_SECONDS: i64 = 600;
/// Clock skew that is forgiven, in seconds.
const LEEWAY_SECONDS: u64 = 30;
/// `typ` of the header: no other token of ours can be taken for an access token.
const TYPE: &str = "kz-at+jwt";
/// `iss`.
const ISSUER: &str = "kazumi";
/// `aud`.
const AUDIENCE: &str = "kazumi-api";
/// Longer texts are not even decoded; ours have about 420 bytes.
const MAX_BYTES: usize = 2048;

const PEM_HEAD: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_FOOT: &str = "-----END PRIVATE KEY-----";

/// The content of the token.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: LoginSessionId,
    av: i32,
    iat: i64,
    exp: i64,
}

/// What a verified token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessToken {
    /// The person.
    pub user: UserId,
    /// The signed-in device.
    pub session: LoginSessionId,
    /// The version of the person's credentials at signing.
    pub auth_version: i32,
    /// When the token ends.
    pub expires_at: OffsetDateTime,
}

impl AccessToken {
    /// Whose token it is; whether the login session still lives is the database's to say.
    #[must_use]
    pub const fn caller(&self) -> Caller {
        Caller { user: self.user, session: self.session, auth_version: self.auth_version }
    }
}

/// Why a token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Signed by us, but past its time: refresh it.
    #[error("token expired")]
    Expired,
    /// Anything else; the reason is nobody's business.
    #[error("token invalid")]
    Invalid,
}

/// The key file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 key in PKCS8 PEM")]
pub struct BadKey;

/// The keys: one signs, all verify. Cheap to share behind an `Arc`.
pub struct KeyRing {
    kid: String,
    signing: EncodingKey,
    verifying: HashMap<String, DecodingKey>,
    validation: Validation,
}

impl KeyRing {
    /// A ring of the keys in `pem` (each as `openssl genpkey -algorithm ed25519` writes it): the first signs, all verify. Putting a new
    /// key in front and taking the old one away a little later is how keys are changed.
    ///
    /// # Errors
    /// [`BadKey`] for anything else, and for no key at all.
    pub fn from_pem(pem: &str) -> Result<Self, BadKey> {
        let mut blocks = pem.trim().split_inclusive(PEM_FOOT);
        let first = read_key(blocks.next().ok_or(BadKey)?)?;
        let mut verifying = HashMap::from([(first.kid.clone(), first.verifying)]);
        for block in blocks {
            let other = read_key(block)?;
            verifying.insert(other.kid, other.verifying);
        }
        Ok(Self { kid: first.kid, signing: first.signing, verifying, validation: validation() })
    }

    /// Signs a token for a session, valid [`LIFETIME_SECONDS`] from `now`.
    ///
    /// # Panics
    /// Never in practice: the key was tried when the ring was built.
    #[must_use]
    pub fn sign(&self, user: UserId, session: LoginSessionId, auth_version: i32, now: OffsetDateTime) -> String {
        let iat = now.unix_timestamp();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user,
            sid: session,
            av: auth_version,
            iat,
            exp: iat + LIFETIME_SECONDS,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.kid.clone());
        encode(&header, &claims, &self.signing).expect("the key was parsed as Ed25519 and the claims are plain JSON")
    }

    /// Checks signature, header and claims against the present time.
    ///
    /// # Errors
    /// [`TokenError::Expired`] only for a token that is good in every other way.
    pub fn verify(&self, token: &str) -> Result<AccessToken, TokenError> {
        if token.len() > MAX_BYTES {
            return Err(TokenError::Invalid);
        }
        let header = decode_header(token).map_err(|_| TokenError::Invalid)?;
        let key = self.key_for(&header).ok_or(TokenError::Invalid)?;
        let claims = decode::<Claims>(token, key, &self.validation).map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => TokenError::Expired,
            _ => TokenError::Invalid,
        })?;
        let Claims { sub, sid, av, iat, exp, .. } = claims.claims;
        let now = OffsetDateTime::now_utc().unix_timestamp();
        if iat > now + LEEWAY_SECONDS.cast_signed() || exp - iat > LIFETIME_SECONDS {
            return Err(TokenError::Invalid);
        }
        let expires_at = OffsetDateTime::from_unix_timestamp(exp).map_err(|_| TokenError::Invalid)?;
        Ok(AccessToken { user: sub, session: sid, auth_version: av, expires_at })
    }

    /// The key that a header names, if the header is one that we write.
    fn key_for(&self, header: &Header) -> Option<&DecodingKey> {
        let brings_a_key = header.jku.is_some()
            || header.jwk.is_some()
            || header.x5u.is_some()
            || header.x5c.is_some()
            || header.crit.is_some();
        if brings_a_key || header.typ.as_deref() != Some(TYPE) {
            return None;
        }
        self.verifying.get(header.kid.as_deref()?)
    }
}

/// One key of the file.
struct Key {
    kid: String,
    signing: EncodingKey,
    verifying: DecodingKey,
}

fn read_key(block: &str) -> Result<Key, BadKey> {
    let body = block.trim().strip_prefix(PEM_HEAD).and_then(|rest| rest.strip_suffix(PEM_FOOT)).ok_or(BadKey)?;
    let body: String = body.split_whitespace().collect();
    let der = STANDARD.decode(body).map_err(|_| BadKey)?;
    let pair = Ed25519KeyPair::from_pkcs8(&der).map_err(|_| BadKey)?;
    let public = pair.public_key().as_ref();
    // A name that follows from the key: two servers with one key agree on it, and a new key gets a new one.
    let kid = URL_SAFE_NO_PAD.encode(&Sha256::digest(public)[..9]);
    Ok(Key { kid, signing: EncodingKey::from_ed_der(&der), verifying: DecodingKey::from_ed_der(public) })
}

fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    validation.leeway = LEEWAY_SECONDS;
    validation.validate_nbf = true;
    validation
}

/// A new Ed25519 key in PKCS8 PEM.
///
/// # Panics
/// When the operating system gives no random bytes.
#[must_use]
pub fn generate_key_pem() -> String {
    let document = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
        .expect("the operating system gives random bytes");
    format!("{PEM_HEAD}\n{}\n{PEM_FOOT}\n", STANDARD.encode(document.as_ref()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn ring() -> KeyRing {
        KeyRing::from_pem(&generate_key_pem()).unwrap()
    }

    fn good_header(ring: &KeyRing) -> Header {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(ring.kid.clone());
        header
    }

    fn good_claims() -> Value {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": UserId::generate(), "sid": LoginSessionId::generate(),
            "av": 1, "iat": now, "exp": now + LIFETIME_SECONDS,
        })
    }

    #[test]
    fn a_signed_token_says_what_was_signed() {
        let ring = ring();
        let (user, session) = (UserId::generate(), LoginSessionId::generate());
        let token = ring.verify(&ring.sign(user, session, 7, OffsetDateTime::now_utc())).unwrap();
        assert_eq!((token.user, token.session, token.auth_version), (user, session, 7));
    }

    #[test]
    fn every_claim_is_required_and_checked() {
        let ring = ring();
        let sign = |claims: &Value| encode(&good_header(&ring), claims, &ring.signing).unwrap();
        assert!(ring.verify(&sign(&good_claims())).is_ok(), "the untouched twin passes");
        for name in ["iss", "aud", "sub", "sid", "av", "iat", "exp"] {
            let mut claims = good_claims();
            claims.as_object_mut().unwrap().remove(name);
            assert_eq!(ring.verify(&sign(&claims)), Err(TokenError::Invalid), "without {name}");
        }
        let now = OffsetDateTime::now_utc().unix_timestamp();
        for (name, value) in [
            ("iss", json!("somebody")),
            ("aud", json!("kazumi-other")),
            ("sub", json!("not-an-id")),
            ("av", json!("1")),
            ("iat", json!(now + 3600)),
            ("nbf", json!(now + 3600)),
            ("exp", json!(now + 86_400)),
            ("admin", json!(true)),
        ] {
            let mut claims = good_claims();
            claims[name] = value;
            assert_eq!(ring.verify(&sign(&claims)), Err(TokenError::Invalid), "{name}");
        }
    }

    #[test]
    fn a_token_past_its_time_is_told_apart_from_a_bad_one() {
        let ring = ring();
        let long_ago = OffsetDateTime::now_utc() - time::Duration::hours(1);
        let token = ring.sign(UserId::generate(), LoginSessionId::generate(), 1, long_ago);
        assert_eq!(ring.verify(&token), Err(TokenError::Expired));
        let other = KeyRing { kid: ring.kid.clone(), ..self::ring() };
        let foreign = other.sign(UserId::generate(), LoginSessionId::generate(), 1, long_ago);
        assert_eq!(ring.verify(&foreign), Err(TokenError::Invalid), "expired, but not ours");
    }

    #[test]
    fn headers_that_are_not_ours_are_refused() {
        type Change = fn(&mut Header);
        let ring = ring();
        let changes: [(&str, Change); 6] = [
            ("other typ", |header| header.typ = Some("JWT".to_owned())),
            ("no typ", |header| header.typ = None),
            ("no kid", |header| header.kid = None),
            ("unknown kid", |header| header.kid = Some("other".to_owned())),
            ("jku", |header| header.jku = Some("https://example.org/keys".to_owned())),
            ("crit", |header| header.crit = Some(vec!["exp".to_owned()])),
        ];
        for (what, change) in changes {
            let mut header = good_header(&ring);
            change(&mut header);
            let token = encode(&header, &good_claims(), &ring.signing).unwrap();
            assert_eq!(ring.verify(&token), Err(TokenError::Invalid), "{what}");
        }
    }

    #[test]
    fn other_algorithms_and_damaged_texts_are_refused() {
        let ring = ring();
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let none = json!({"alg": "none", "typ": TYPE, "kid": ring.kid});
        let symmetric = json!({"alg": "HS256", "typ": TYPE, "kid": ring.kid});
        let good = encode(&good_header(&ring), &good_claims(), &ring.signing).unwrap();
        let (head, signature) = good.rsplit_once('.').unwrap();
        let mut other_claims = good_claims();
        other_claims["av"] = json!(2);
        let swapped = format!("{}.{}.{signature}", head.split('.').next().unwrap(), part(&other_claims));
        for token in [
            format!("{}.{}.", part(&none), part(&good_claims())),
            format!("{}.{}.{signature}", part(&symmetric), part(&good_claims())),
            swapped,
            head.to_owned(),
            format!("{head}."),
            format!("{good}.x"),
            String::new(),
            "..".to_owned(),
            "x".repeat(100_000),
        ] {
            assert_eq!(ring.verify(&token), Err(TokenError::Invalid), "{}", &token[..token.len().min(80)]);
        }
    }

    #[test]
    fn only_an_ed25519_key_makes_a_ring() {
        for pem in ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"] {
            assert!(KeyRing::from_pem(pem).is_err(), "{pem}");
        }
    }
}
