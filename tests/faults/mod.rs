//! Databases and servers that die, freeze, fill up or lie while people type: what was promised is kept, and all heals by itself.
//! `team.rs` types and watches, `diary.rs` compares what the clients know with what is stored.

mod backlog;
mod batches;
mod convergence;
mod database_away;
mod database_frozen;
mod database_killed;
pub mod diary;
mod door;
mod full_disk;
mod lost_answers;
pub mod team;
mod writer;

use std::time::Duration;

use crate::collaboration::document_of;
use crate::collaboration::raw::{RawClient, tokens};
use crate::support::TestServer;

/// The section that most tests write.
pub const SECTION: &str = "ec_potencialidades";
/// Another document of the same student.
const OTHER_SECTION: &str = "ec_voz_estudante";
/// How long everything may take to be well again: the slowest retry, a restart, and a busy machine with two cores.
const RECOVERY: Duration = Duration::from_secs(60);

/// What somebody sees who opens a section now.
pub async fn newcomer_sees(server: &TestServer, section: &str) -> Vec<String> {
    let person = server.login("luciana.prado").await;
    let document = document_of(&person, "Lara", section).await;
    tokens(&RawClient::join(server, &document, &person.access_token).await.whole_document().await)
}

/// The answer of one of the two health addresses.
async fn status(server: &TestServer, path: &str) -> u16 {
    reqwest::get(server.url(path)).await.expect("an answer").status().as_u16()
}
