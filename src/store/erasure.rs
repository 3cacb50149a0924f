//! Erasing the history of a document: what was deleted, who wrote what and when. What the document says stays.
//!
//! One transaction as the owner of the schema: log, archive and snapshots go, a copy without history becomes the first state of a new
//! lineage, and the client ids of the old one are nobody's for ever, so that a copy that survived on some device cannot bring back what
//! it holds. A trigger tells open seats. Read next: `crdt/copy.rs`, `docs/adr/0020`.

use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use super::Error;
use super::leaving::Refusal;
use crate::domain::ids::{DocumentId, Lineage};

const LOCK_DOCUMENT: &str = include_str!("../../sql/queries/erasure/lock_document.sql");
const DELETE_UPDATES: &str = include_str!("../../sql/queries/erasure/delete_updates.sql");
const DELETE_ARCHIVE: &str = include_str!("../../sql/queries/erasure/delete_archive.sql");
const DELETE_SNAPSHOTS: &str = include_str!("../../sql/queries/erasure/delete_snapshots.sql");
const RETIRE_CLIENTS: &str = include_str!("../../sql/queries/erasure/retire_clients.sql");
const INSERT_SEED: &str = include_str!("../../sql/queries/erasure/insert_seed.sql");
const BEGIN_LINEAGE: &str = include_str!("../../sql/queries/erasure/begin_lineage.sql");

/// What an erasure removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// Edits, those in the archive included.
    pub edits: u64,
    /// States.
    pub snapshots: u64,
    /// Client ids that are nobody's from now on.
    pub clients: u64,
}

/// Replaces everything stored of a document by `state`, a copy without history that was made of the document as it was at `head_seq`.
/// `Ok(None)`: somebody has written since; make a new copy.
///
/// # Errors
/// [`Refusal::Held`] for the record of a child that is held, [`Error::NotFound`], or database failures; then nothing has changed.
pub async fn replace_history(
    owner: &mut Client,
    document: DocumentId,
    head_seq: i64,
    state: &[u8],
) -> Result<Option<Erased>, Refusal> {
    let transaction = owner.transaction().await?;
    let row = transaction.query_opt(LOCK_DOCUMENT, &[&document.0]).await?.ok_or(Error::NotFound)?;
    if let Some(since) = row.try_get("held_on")? {
        return Err(Refusal::Held(since));
    }
    if row.try_get::<_, i64>("head_seq")? != head_seq {
        return Ok(None);
    }
    let edits = transaction.execute(DELETE_UPDATES, &[&document.0]).await?
        + transaction.execute(DELETE_ARCHIVE, &[&document.0]).await?;
    let snapshots = transaction.execute(DELETE_SNAPSHOTS, &[&document.0]).await?;
    let clients = transaction.execute(RETIRE_CLIENTS, &[&document.0]).await?;
    let sha256 = Sha256::digest(state);
    transaction.execute(INSERT_SEED, &[&document.0, &state, &sha256.as_slice()]).await?;
    transaction.execute(BEGIN_LINEAGE, &[&document.0, &Lineage::generate().0]).await?;
    transaction.commit().await?;
    Ok(Some(Erased { edits, snapshots, clients }))
}
