//! Reading the whole chain again: is every row that happened still there, and as it was? Reads only; as the owner or the backup role, in
//! one view of the database, beside servers that go on.
//!
//! What it cannot see by itself is a chain that was cut short, or computed anew from some row on: that takes a head that was kept
//! elsewhere. Read next: `store/audit_seal.rs`.

use std::fmt;

use tokio_postgres::{Client, IsolationLevel, Row, Transaction};
use uuid::Uuid;

use super::Error;
use super::audit::Action;
use super::audit_seal::{read_link, read_row};
use crate::domain::audit_chain::{Head, Link};
use crate::domain::retention::YEARS_OF_ACCESSES;

const LIST_SEALED: &str = include_str!("../../sql/queries/audit/list_sealed.sql");
const LIST_UNSEALED: &str = include_str!("../../sql/queries/audit/list_unsealed.sql");
const LIST_UNRECORDED_READS: &str = include_str!("../../sql/queries/audit/list_unrecorded_reads.sql");

/// Links read at once: some megabytes.
const CHUNK: i64 = 10_000;
/// How long a row may wait for its link, in seconds.
const MAY_WAIT: f64 = 60.0;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The row, or its link, is not what it was.
    Changed {
        /// The link's number.
        seq: i64,
        /// The row's.
        audit_id: i64,
    },
    /// The row is gone; its link is still there.
    Removed {
        /// The link's number.
        seq: i64,
        /// The row's.
        audit_id: i64,
    },
    /// A link is gone.
    LinkRemoved {
        /// Its number.
        seq: i64,
    },
    /// The row has no link and does not wait for one: it did not come in as rows do, or its link was taken away.
    OutsideTheChain {
        /// The row's number.
        audit_id: i64,
    },
    /// The row waits for its link for too long.
    NeverSealed {
        /// The row's number.
        audit_id: i64,
    },
    /// The log says that a section was read; the record of reads that families see does not.
    ReadRemoved {
        /// The row of the log.
        audit_id: i64,
    },
    /// The record of reads names a read that the log does not know.
    ReadInserted {
        /// Who is said to have read.
        user: Uuid,
        /// What, `document/{id}`.
        resource: String,
    },
    /// The chain ends before the head that was kept.
    CutShort {
        /// The head that was kept.
        kept: Head,
    },
    /// At the place of the head that was kept stands another link.
    Rewritten {
        /// The head that was kept.
        kept: Head,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { seq, audit_id } => write!(f, "row {audit_id} (link {seq}) was changed"),
            Self::Removed { seq, audit_id } => write!(f, "row {audit_id} (link {seq}) was removed"),
            Self::LinkRemoved { seq } => write!(f, "link {seq} was removed"),
            Self::OutsideTheChain { audit_id } => write!(f, "row {audit_id} stands outside the chain"),
            Self::NeverSealed { audit_id } => write!(f, "row {audit_id} was never sealed"),
            Self::ReadRemoved { audit_id } => write!(f, "the read that row {audit_id} tells of was changed or removed"),
            Self::ReadInserted { user, resource } => write!(f, "no row tells of the read of {resource} by {user}"),
            Self::CutShort { kept } => write!(f, "the chain ends before link {}, which was kept elsewhere", kept.seq),
            Self::Rewritten { kept } => write!(f, "link {} is not the one that was kept elsewhere", kept.seq),
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Links of the chain.
    pub sealed: u64,
    /// Rows that wait for their link, as they may.
    pub waiting: u64,
    /// The end of the chain as it is stored, to be kept elsewhere.
    pub head: Head,
    /// What is wrong, the chain in its order first.
    pub faults: Vec<Fault>,
}

/// Reads everything. Costs some 5 µs a row, and memory for the faults only.
///
/// # Errors
/// When the database does not answer, or the role may not read the records.
pub async fn verify(client: &mut Client, kept: Option<Head>) -> Result<Verdict, Error> {
    let building = client.build_transaction().read_only(true).isolation_level(IsolationLevel::RepeatableRead);
    let transaction = building.start().await?;
    let mut verdict = Verdict { sealed: 0, waiting: 0, head: Head::START, faults: Vec::new() };
    read_chain(&transaction, kept, &mut verdict).await?;
    for row in transaction.query(LIST_UNSEALED, &[&MAY_WAIT]).await? {
        let audit_id = row.try_get("audit_id")?;
        match (row.try_get("waits")?, row.try_get::<_, Option<bool>>("late")?) {
            (false, _) => verdict.faults.push(Fault::OutsideTheChain { audit_id }),
            (true, Some(true)) => verdict.faults.push(Fault::NeverSealed { audit_id }),
            (true, _) => verdict.waiting += 1,
        }
    }
    let (read, forgotten) = (Action::OpenSection.as_str(), Action::ForgetOld.as_str());
    let years = i32::from(YEARS_OF_ACCESSES);
    for row in transaction.query(LIST_UNRECORDED_READS, &[&read, &forgotten, &years]).await? {
        verdict.faults.push(match row.try_get::<_, Option<i64>>("audit_id")? {
            Some(audit_id) => Fault::ReadRemoved { audit_id },
            None => Fault::ReadInserted { user: row.try_get("user_id")?, resource: row.try_get("resource")? },
        });
    }
    transaction.rollback().await?;
    Ok(verdict)
}

async fn read_chain(transaction: &Transaction<'_>, kept: Option<Head>, verdict: &mut Verdict) -> Result<(), Error> {
    loop {
        let rows = transaction.query(LIST_SEALED, &[&verdict.head.seq, &CHUNK]).await?;
        for row in &rows {
            read_seal(row, kept, verdict)?;
        }
        if rows.is_empty() {
            break;
        }
    }
    if let Some(kept) = kept.filter(|kept| kept.seq > verdict.head.seq) {
        verdict.faults.push(Fault::CutShort { kept });
    }
    Ok(())
}

fn read_seal(row: &Row, kept: Option<Head>, verdict: &mut Verdict) -> Result<(), Error> {
    let (seq, audit_id): (i64, i64) = (row.try_get("seal_seq")?, row.try_get("audit_id")?);
    let stored: Link = read_link(row)?;
    let missing = seq - verdict.head.seq - 1;
    if missing > 0 {
        verdict.faults.push(Fault::LinkRemoved { seq: verdict.head.seq + 1 });
    }
    if !row.try_get::<_, bool>("present")? {
        verdict.faults.push(Fault::Removed { seq, audit_id });
    } else if missing == 0 && verdict.head.link.next(&read_row(row)?) != stored {
        verdict.faults.push(Fault::Changed { seq, audit_id });
    }
    // Going on from the link as it is stored, so that one change is told once.
    verdict.head = Head { seq, link: stored };
    verdict.sealed += 1;
    if let Some(kept) = kept.filter(|kept| kept.seq == seq && kept.link != stored) {
        verdict.faults.push(Fault::Rewritten { kept });
    }
    Ok(())
}
