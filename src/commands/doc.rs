//! What an operator can do about one stored document, without ever seeing what it says.

use std::io::Write;

use anyhow::Context;

use crate::actors::student::isolation::FINISHED;
use crate::config::{self, Config};
use crate::crdt::limits::READER_STACK_BYTES;
use crate::crdt::{seed, without_history};
pub use crate::domain::ids::DocumentId;
use crate::store::audit::{self, Action, Event};
use crate::store::compaction::{self, Outcome};
use crate::store::documents::Stored;
use crate::store::{Store, dossiers, erasure, migrations};

/// Counts and sizes of what is stored, and whether all of it can be read.
///
/// # Errors
/// When the document does not exist, no snapshot of it is whole, or the database does not answer.
pub async fn inspect(document: DocumentId) -> anyhow::Result<String> {
    let store = open()?;
    let stored = store.look_at_document(document).await.context("read the document")?;
    let roots = store.find_section(document).await?.kind().roots();
    let left_out = left_out(&stored, roots)?;
    Ok(summary(document, &stored, &left_out))
}

/// Puts aside what does not fit, and compacts.
///
/// # Errors
/// As [`inspect`], and when the new state cannot be verified: then nothing has changed but rows that were put aside.
pub async fn repair(document: DocumentId) -> anyhow::Result<String> {
    let store = open()?;
    let stored = store.look_at_document(document).await.context("read the document")?;
    let roots = store.find_section(document).await?.kind().roots();
    let left_out = left_out(&stored, roots)?;
    for seq in &left_out {
        store.quarantine_update(document, *seq).await.context("put a row aside")?;
    }
    let worker = std::thread::Builder::new()
        .stack_size(READER_STACK_BYTES)
        .spawn(move || compaction::compact(&store, document))?;
    let joined = tokio::task::spawn_blocking(move || worker.join()).await?;
    let outcome = joined.map_err(|_| anyhow::anyhow!("the document code panicked"))??;
    let done = match outcome {
        Outcome::Compacted { rows, covers } => {
            format!("a fresh snapshot covers sequence {covers}; {rows} row(s) archived")
        }
        Outcome::NothingToDo => "the newest snapshot is whole and covers everything".to_owned(),
        Outcome::Busy => "a server compacts this document right now; ask again".to_owned(),
    };
    Ok(format!("{}\n{done}", summary(document, &stored, &left_out)))
}

/// Reads the document row by row and says each sequence before its row is touched, so that whoever reads the output of a process
/// that died knows what it died of.
///
/// # Errors
/// As [`inspect`].
pub async fn check(document: DocumentId, output: &mut impl Write) -> anyhow::Result<()> {
    let store = open()?;
    let stored = store.look_at_document(document).await?;
    let kind = store.find_section(document).await?.kind();
    let mut told = Ok(());
    let rebuilt = stored.rebuild(kind.roots(), |seq| told = writeln!(output, "{seq}").and_then(|()| output.flush()))?;
    told?;
    // What a room, its joiners and a dossier do with a document must not kill either.
    rebuilt.document.encode()?;
    dossiers::text(kind, &rebuilt.document)?;
    writeln!(output, "{FINISHED}")?;
    Ok(())
}

/// Erases everything that was deleted from a document, and who wrote what: a copy that reads alike replaces log, archive and snapshots.
/// Open copies are told to begin anew.
///
/// # Errors
/// As [`inspect`], and when the copy would not read like the document, or people write faster than it is made: then nothing has changed.
pub async fn erase_history(document: DocumentId) -> anyhow::Result<String> {
    const TRIES: usize = 20;
    let store = open()?;
    let roots = store.find_section(document).await?.kind().roots();
    let mut owner = migrations::connect(&config::owner_database_from_env()?).await?;
    for _ in 0..TRIES {
        let heads = store.find_heads(vec![document]).await?;
        let (_, head) = *heads.first().context("the document is gone")?;
        let stored = store.look_at_document(document).await.context("read the document")?;
        let rebuilt = stored.rebuild(roots, |_| {})?;
        let copy = without_history(&rebuilt.document, roots, seed::SEED_CLIENT)?;
        let Some(erased) = erasure::replace_history(&mut owner, document, head, &copy).await? else { continue };
        let resource = Some(format!("document/{document}"));
        let event = Event { resource, ..Event::new(Action::EraseHistory, audit::Outcome::Allowed) };
        audit::append(&store, event).await.context("the history is erased, but that could not be recorded")?;
        return Ok(format!(
            "document {document}\nerased: {} edit(s), {} state(s); {} client id(s) may not write any more\n\
             Backups and the write-ahead log hold the old history until they expire.",
            erased.edits, erased.snapshots, erased.clients
        ));
    }
    anyhow::bail!("the document is being written in all the time; try again when it is quiet")
}

fn open() -> anyhow::Result<Store> {
    let config = Config::from_env()?;
    Ok(Store::open(&config.databases, tokio::runtime::Handle::current())?)
}

/// Rows that do not fit, smallest sequence first.
fn left_out(stored: &Stored, roots: &[&str]) -> anyhow::Result<Vec<i64>> {
    let mut left_out = stored.rebuild(roots, |_| {})?.left_out;
    left_out.sort_unstable();
    Ok(left_out)
}

fn summary(document: DocumentId, stored: &Stored, left_out: &[i64]) -> String {
    let (covers, bytes) = stored.snapshot.as_ref().map_or((0, 0), |(seq, state)| (*seq, state.len()));
    let log: usize = stored.log.iter().map(|(_, update)| update.len()).sum();
    format!(
        "document {document}\nsnapshot: covers sequence {covers}, {bytes} bytes\nlog after it: {} row(s), {log} bytes\n\
         client ids: {}\nrows that do not fit: {left_out:?}",
        stored.log.len(),
        stored.clients.len(),
    )
}
