//! The demo network: a fictional town's schools, their people and plans, as `people.json` and `plans/*.json` tell it.
//!
//! Loading is idempotent: every row's id follows from its key, rows that exist are left alone, so what people wrote in the
//! demo stays. Nobody here is real; no health file, no photo, no telephone. Read next: `people.rs`, `plans.rs`.

mod people;
mod plans;
mod talk;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use tokio_postgres::Client;
use uuid::Uuid;

pub use people::{Account, accounts};
pub use talk::talk;

use crate::domain::ids::{DocumentId, PeiId, StudentId, UserId};
use crate::domain::pei::Section;
use crate::store::{demo, grants};

/// The password of every demo account. It opens fictional data on a loopback address and nothing else.
pub const PASSWORD: &str = "kazumi-demo-2026";
/// The domain of every demo account (reserved by RFC 6761: no mail can reach it).
pub const EMAIL_DOMAIN: &str = "demo.kazumi.test";

/// What a load added; all zero when everything was there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    /// People who can sign in.
    pub users: u64,
    /// Students.
    pub students: u64,
    /// Live documents.
    pub documents: u64,
}

/// Loads what is missing of the demo, in one transaction as the owner role, and writes the grants that follow from it.
///
/// `password_hash` is [`PASSWORD`] hashed once; all accounts share it.
///
/// # Errors
/// When a file of the demo contradicts itself or the database refuses a row.
pub async fn load(owner: &mut Client, password_hash: &str) -> Result<Loaded> {
    let people = people::read()?;
    let plans = plans::read()?;
    let transaction = owner.transaction().await.context("cannot begin loading the demo")?;
    let rows = people::rows(&people, password_hash);
    demo::insert(&transaction, &rows.networks).await?;
    demo::insert(&transaction, &rows.schools).await?;
    demo::insert(&transaction, &rows.classes).await?;
    let users = demo::insert(&transaction, &rows.users).await?;
    demo::insert(&transaction, &rows.credentials).await?;
    let students = demo::insert(&transaction, &rows.students).await?;
    demo::insert(&transaction, &rows.staff_functions).await?;
    demo::insert(&transaction, &rows.team_links).await?;
    demo::insert(&transaction, &rows.guardianships).await?;
    demo::insert(&transaction, &plans::pei_rows(&plans)).await?;
    let new = demo::insert_documents(&transaction, &plans::document_rows(&plans)).await?;
    if !new.is_empty() {
        let today = time::OffsetDateTime::now_utc().date();
        demo::insert_snapshots(&transaction, &plans::states(&plans, &new, today)).await?;
    }
    for student in &rows.students {
        grants::rebuild_for_student(&transaction, student.student_id).await?;
    }
    transaction.commit().await.context("cannot finish loading the demo")?;
    Ok(Loaded { users, students, documents: new.len() as u64 })
}

/// The id of a student of the demo, e.g. `lara.coutinho`.
#[must_use]
pub fn student_id(key: &str) -> StudentId {
    StudentId(id("student", key))
}

/// The id of a person of the demo, e.g. `luciana.prado`.
#[must_use]
pub fn user_id(key: &str) -> UserId {
    UserId(id("user", key))
}

/// The id of a version of a student's plan.
#[must_use]
pub fn pei_id(student: &str, version: i32) -> PeiId {
    PeiId(id("pei", &format!("{student}/{version}")))
}

/// The id of a section's document.
#[must_use]
pub fn document_id(student: &str, version: i32, section: Section) -> DocumentId {
    DocumentId(id("document", &format!("{student}/{version}/{}", section.as_str())))
}

/// The address somebody of the demo signs in with.
#[must_use]
pub fn email(key: &str) -> String {
    format!("{key}@{EMAIL_DOMAIN}")
}

/// Colours follow from ids; with this number the people around one student all have different ones.
const DRAW: u32 = 29;

/// An id that is the same on every machine: a version 8 UUID (RFC 9562, custom) of the key's hash.
fn id(kind: &str, key: &str) -> Uuid {
    let digest = Sha256::digest(format!("kazumi demo {DRAW} {kind} {key}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
