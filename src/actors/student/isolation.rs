//! A document that was begun and not finished loading again and again may be killing its reader, and nothing inside a process can
//! catch an overflowing stack or a full memory. It is read in a child process first, which says each row's sequence before it
//! touches the row: the one it died of is put aside.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, BufReader};
use tokio::process::Command;

use crate::domain::ids::DocumentId;
use crate::store::documents::Stored;
use crate::store::{Error, Store};

/// How long the child may take: the largest document loads in well under a second.
const CHILD_WITHIN: Duration = Duration::from_secs(20);
/// Rows that are put aside in one go; a document with more such rows is tried again at the next join.
const MOST_ROWS: usize = 16;
/// The child's last word when it read the document to its end.
pub const FINISHED: &str = "finished";

/// Reads a document for loading it; one that seems to kill its readers, only once a child has read it to its end.
///
/// # Errors
/// As [`Store::read_document`]; [`Error::Corrupt`] when its readers die.
pub async fn read(store: &Store, document: DocumentId) -> Result<Stored, Error> {
    let stored = store.read_document(document, i64::MAX).await?;
    if !stored.is_suspicious() {
        return Ok(stored);
    }
    tracing::error!(%document, attempts = stored.load_attempts, "a document was begun and not finished loading");
    if clear(store, document).await {
        store.read_document(document, i64::MAX).await
    } else {
        Err(Error::Corrupt("its readers die".to_owned()))
    }
}

/// Finds and puts aside the rows that kill whoever reads the document. Returns whether it can be read to its end now.
async fn clear(store: &Store, document: DocumentId) -> bool {
    for _ in 0..MOST_ROWS {
        match read_in_child(document).await {
            Ok(Report::Finished) => return true,
            Ok(Report::DiedAt(seq)) => {
                tracing::error!(%document, seq, "an edit that kills its reader is put aside");
                crate::metrics::actor_panic("document");
                if let Err(error) = store.quarantine_update(document, seq).await {
                    tracing::error!(%document, seq, %error, "an edit could not be put aside");
                    return false;
                }
            }
            Ok(Report::DiedBefore) => {
                tracing::error!(%document, "reading a document in a child process failed before its first row");
                return false;
            }
            Err(error) => {
                tracing::error!(%document, %error, "no child process to read a document in");
                return false;
            }
        }
    }
    false
}

enum Report {
    Finished,
    DiedAt(i64),
    DiedBefore,
}

async fn read_in_child(document: DocumentId) -> std::io::Result<Report> {
    let program = std::env::current_exe()?;
    let mut child = Command::new(program)
        .args(["doc", "check", &document.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let mut said = String::new();
    if let Some(stdout) = child.stdout.take() {
        let mut stdout = BufReader::new(stdout);
        let reading = stdout.read_to_string(&mut said);
        if tokio::time::timeout(CHILD_WITHIN, reading).await.is_err() {
            child.kill().await?;
        }
    }
    child.wait().await?;
    Ok(report(&said))
}

/// What the child's output means: one sequence a line, then [`FINISHED`].
fn report(said: &str) -> Report {
    match said.lines().last() {
        Some(FINISHED) => Report::Finished,
        Some(line) => line.parse().map_or(Report::DiedBefore, Report::DiedAt),
        None => Report::DiedBefore,
    }
}
