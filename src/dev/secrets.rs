//! Secrets of a development folder: made once, kept in files that only this account can read. Production gets its own from
//! outside; nothing here is a default that could reach it. Read next: `mod.rs`.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// Width of an armoured line (RFC 7468).
const PEM_LINE: usize = 64;

/// Passwords of the cluster's superuser and of the five roles.
#[derive(Clone, Serialize, Deserialize)]
pub struct Passwords {
    /// The cluster's superuser; used to make roles and databases only.
    pub superuser: String,
    /// `kazumi_owner`.
    pub owner: String,
    /// `kazumi_app`.
    pub app: String,
    /// `kazumi_writer`.
    pub writer: String,
    /// `kazumi_registrar`. Folders made before that role existed have none: each start sets the roles' passwords again.
    #[serde(default = "random_text")]
    pub registrar: String,
    /// `kazumi_backup`.
    pub backup: String,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords(hidden)")
    }
}

impl Passwords {
    fn generate() -> Self {
        Self {
            superuser: random_text(),
            owner: random_text(),
            app: random_text(),
            writer: random_text(),
            registrar: random_text(),
            backup: random_text(),
        }
    }

    /// Reads the file, or makes it with fresh passwords.
    ///
    /// # Errors
    /// When the file is unreadable.
    pub fn load_or_create(path: &Path) -> Result<Self> {
        let text = load_or_create(path, || Ok(serde_json::to_string_pretty(&Self::generate())?))?;
        serde_json::from_str(&text).with_context(|| format!("{} is damaged: start with --fresh", path.display()))
    }
}

/// The key that signs access tokens (Ed25519, PKCS#8 in PEM), made once. Returns where it is.
///
/// # Errors
/// When the file cannot be written.
pub fn signing_key_file(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("signing-key.pem");
    load_or_create(&path, || {
        let key = Ed25519KeyPair::generate().context("no Ed25519 key could be made")?;
        let document = key.to_pkcs8v1().context("the Ed25519 key could not be encoded")?;
        Ok(pem("PRIVATE KEY", document.as_ref()))
    })?;
    Ok(path)
}

/// The secret that refresh tokens are derived from, made once (48 random bytes, base64).
///
/// # Errors
/// When the file cannot be written.
pub fn refresh_secret(folder: &Path) -> Result<String> {
    load_or_create(&folder.join("refresh-secret"), || Ok(STANDARD.encode(rand::random::<[u8; 48]>())))
}

fn load_or_create(path: &Path, make: impl FnOnce() -> Result<String>) -> Result<String> {
    if let Ok(text) = fs::read_to_string(path) {
        return Ok(text);
    }
    // Written beside and linked into place: a start that is killed here leaves no half file behind, and of several starts at once
    // the first one's secret is everybody's.
    let draft = path.with_extension(format!("draft-{:08x}", rand::random::<u32>()));
    write_private(&draft, &make()?)?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft).with_context(|| format!("cannot remove {}", draft.display()))?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("cannot write {}", path.display()))
        }
        _ => fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Writes a file that nobody else can read.
///
/// # Errors
/// When the file cannot be written.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(path).with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

/// 192 random bits in hexadecimal: needs no quoting in addresses, settings or SQL.
fn random_text() -> String {
    rand::random::<[u8; 24]>().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn pem(label: &str, bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(PEM_LINE));
        text.push_str(line);
        text.push('\n');
        rest = tail;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_made_once_and_stay_the_same() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = signing_key_file(folder.path()).expect("a key");
        let first = fs::read_to_string(&key).expect("readable");
        assert!(first.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        signing_key_file(folder.path()).expect("the same key");
        assert_eq!(fs::read_to_string(&key).expect("readable"), first);
        assert_eq!(refresh_secret(folder.path()).ok(), refresh_secret(folder.path()).ok());
    }

    #[test]
    fn several_starts_at_once_agree_on_one_secret() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made: Vec<String> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| refresh_secret(folder.path()).expect("made"))).collect();
            starts.into_iter().map(|start| start.join().expect("no panic")).collect()
        });
        assert!(made.iter().all(|secret| *secret == made[0]));
        assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 1, "a draft was left");
    }

    #[test]
    fn a_secret_file_is_closed_to_others() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("passwords.json");
        Passwords::load_or_create(&path).expect("made");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
