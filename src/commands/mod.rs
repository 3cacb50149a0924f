//! Commands that do one thing and end: migrate, make the first administrator, look whether all is well.
//!
//! Each returns what there is to say; `main` prints it.

pub mod audit;
pub mod doc;
pub mod retention;
pub mod student;

use std::path::Path;

use anyhow::{Context, anyhow, bail, ensure};

use crate::auth::password;
use crate::auth::password_rule::{self, MAX_CHARACTERS, MIN_CHARACTERS, Weakness};
use crate::auth::token::KeyRing;
use crate::config::{self, Config};
pub use crate::crdt::limits::READER_STACK_BYTES;
use crate::store::{Error, Store, accounts, checks, grants, migrations, second_factor};

/// Free room below which `doctor` complains, in bytes: a day of a busy network's edits.
const MIN_FREE_BYTES: u64 = 1 << 30;

/// Applies the migrations that are missing.
///
/// # Errors
/// When the owner role cannot connect, or a migration fails.
pub async fn migrate() -> anyhow::Result<String> {
    let mut owner = migrations::connect(&config::owner_database_from_env()?).await?;
    let count = migrations::run(&mut owner).await.context("migrate")?;
    Ok(format!("{count} migration(s) applied; the schema is current"))
}

/// Makes a manager of a network: the way in for everybody else is an invitation.
///
/// # Errors
/// When a value is not acceptable, the address is taken, or the database does not answer.
pub async fn create_administrator(email: &str, name: &str, network: &str, password: &str) -> anyhow::Result<String> {
    let (email, name, network) = (email.trim(), name.trim(), network.trim());
    ensure!((3..=254).contains(&email.len()) && email.contains('@'), "{email:?} is not an e-mail address");
    ensure!(!name.is_empty() && !network.is_empty(), "name and network must not be empty");
    let context = [name, email, network].map(str::to_owned);
    password_rule::judge(password, &context).map_err(|weakness| anyhow!("{}", why(weakness)))?;
    let hash = password::hash_now(password.as_bytes())?;
    let mut owner = migrations::connect(&config::owner_database_from_env()?).await?;
    match accounts::create_network_manager(&mut owner, network, name, email, &hash).await {
        Ok(user) => Ok(format!("network manager {user} created")),
        Err(Error::Conflict { constraint }) if constraint == "credentials_email_unique" => {
            bail!("somebody signs in with that address already")
        }
        Err(other) => Err(other).context("create the administrator"),
    }
}

/// Takes the second factor from somebody who lost it. Who asks for this must be known to whoever types it.
///
/// # Errors
/// When nobody signs in with that address, or the database does not answer.
pub async fn reset_second_factor(email: &str) -> anyhow::Result<String> {
    let mut owner = migrations::connect(&config::owner_database_from_env()?).await?;
    match second_factor::reset(&mut owner, email.trim()).await.context("reset the second factor")? {
        Some(user) => Ok(format!("second factor of {user} removed; their sessions are over")),
        None => bail!("nobody signs in with that address"),
    }
}

fn why(weakness: Weakness) -> String {
    match weakness {
        Weakness::TooShort => format!("the password needs at least {MIN_CHARACTERS} characters"),
        Weakness::TooLong => format!("the password may have at most {MAX_CHARACTERS} characters"),
        Weakness::Personal => {
            "the password is made of name, address or network; take words that have nothing to do with you".to_owned()
        }
        Weakness::Guessable => {
            "the password is among the first that somebody would try; take three or four unrelated words".to_owned()
        }
    }
}

/// Looks at configuration, key, database roles, durability, clock, schema, disk and, given the owner role, at the grants.
///
/// # Errors
/// With all that was found, one line each.
pub async fn doctor() -> anyhow::Result<String> {
    let config = Config::from_env()?;
    let mut findings = Vec::new();
    match std::fs::read_to_string(&config.signing_key_file) {
        Ok(pem) if KeyRing::from_pem(&pem).is_ok() => findings.extend(key_file_is_open(&config.signing_key_file)),
        Ok(_) => findings.push("the signing key is not an Ed25519 key in PKCS8 PEM".to_owned()),
        Err(error) => findings.push(format!("the signing key cannot be read: {error}")),
    }
    let directory = config.static_dir.as_deref();
    if directory.is_some_and(|directory| !directory.join("index.html").is_file()) {
        findings.push("KAZUMI_STATIC_DIR holds no index.html".to_owned());
    }
    findings.extend(low_on_disk(Path::new(".")).await);
    let store = Store::open(&config.databases, tokio::runtime::Handle::current())?;
    match checks::problems(&store).await {
        Ok(problems) => findings.extend(problems),
        Err(error) => findings.push(format!("the database does not answer: {error}")),
    }
    match wrong_grants().await {
        Ok(found) => findings.extend(found),
        Err(error) => findings.push(format!("the grants cannot be compared with the links: {error:#}")),
    }
    if findings.is_empty() {
        return Ok("all is well".to_owned());
    }
    bail!("{} finding(s):\n  {}", findings.len(), findings.join("\n  "))
}

/// Compares the stored grants with what the links say. Only the owner role sees both; without its address nothing is done.
async fn wrong_grants() -> anyhow::Result<Option<String>> {
    let Ok(address) = config::owner_database_from_env() else { return Ok(None) };
    let mut owner = migrations::connect(&address).await?;
    let differences = grants::differences(&owner.transaction().await?).await?;
    let students: Vec<_> = differences.iter().map(|difference| difference.student.to_string()).collect();
    Ok((!students.is_empty()).then(|| format!("grants and links disagree for student(s) {}", students.join(", "))))
}

/// A key that others on the machine can read is no secret.
fn key_file_is_open(file: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file).ok()?.permissions().mode();
    (mode & 0o077 != 0)
        .then(|| format!("the signing key may be read by others (mode {:o}); chmod 600 it", mode & 0o777))
}

/// Asks `df`, because the standard library cannot and a crate for one number is too much.
async fn low_on_disk(place: &Path) -> Option<String> {
    let output = tokio::process::Command::new("df").args(["--output=avail", "-B1"]).arg(place).output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let free: u64 = text.lines().nth(1)?.trim().parse().ok()?;
    (free < MIN_FREE_BYTES).then(|| format!("only {} MiB of disk are free", free >> 20))
}
