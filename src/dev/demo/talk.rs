//! What is said in the demo: announcements to a class, and a short conversation at a desk (`talk.json`). Apart from the rest of the demo, because tests
//! of rooms begin with empty ones.

use anyhow::{Context, Result};
use serde::Deserialize;
use tokio_postgres::Client;

use super::id;
use crate::store::demo::{self, DeskRow, SaidRow};

const TALK: &str = include_str!("talk.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Talk {
    desks: Vec<Desk>,
    said: Vec<Said>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Desk {
    student: String,
    guardian: String,
    kind: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    key: String,
    class: Option<String>,
    student: Option<String>,
    kind: Option<String>,
    guardian: Option<String>,
    by: String,
    title: Option<String>,
    text: String,
    needs_confirmation: Option<bool>,
}

/// Opens the demo's desks and says what was not said yet, in one transaction as the owner role. Needs the demo's people.
///
/// # Errors
/// When the file contradicts itself or the database refuses a row.
pub async fn talk(owner: &mut Client) -> Result<()> {
    let talk: Talk = serde_json::from_str(TALK).context("talk.json")?;
    let transaction = owner.transaction().await.context("cannot begin the demo's conversations")?;
    for desk in talk.desks {
        let row =
            DeskRow { student: id("student", &desk.student), guardian: id("user", &desk.guardian), kind: desk.kind };
        demo::open_desk(&transaction, &row).await?;
    }
    for said in talk.said {
        let row = SaidRow {
            class: said.class.map(|key| id("class", &key)),
            student: said.student.map(|key| id("student", &key)),
            kind: said.kind,
            guardian: said.guardian.map(|key| id("user", &key)),
            by: id("user", &said.by),
            client: id("message", &said.key),
            title: said.title,
            text: said.text,
            needs_confirmation: said.needs_confirmation,
        };
        demo::say(&transaction, &row).await?;
    }
    transaction.commit().await.context("cannot finish the demo's conversations")
}
