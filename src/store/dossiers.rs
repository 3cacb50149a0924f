//! A child's dossier: everything one person may see about a child, in one transaction, to be taken away. That a copy is taken is on record
//! before anything is read. Nothing is kept: a copy is made when it is asked for. Read next: `docs/adr/0023`.

use deadpool_postgres::Transaction;
use serde_json::Value;
use time::{Date, OffsetDateTime};
use tokio_postgres::Row;
use uuid::Uuid;

use super::accesses::{self, Access, Emergency};
use super::audit::{self, Action, Event, Outcome};
use super::consents::{self, Decision};
use super::corrections::{self, Correction};
use super::rooms::record::{self, Conversation};
use super::{Asker, Error, Store};
use crate::crdt::limits::READER_STACK_BYTES;
use crate::crdt::{ApplyError, RootKind, SectionDocument};
use crate::domain::ids::{DocumentId, PeiId, StudentId, UserId};
use crate::domain::invitation::Custody;
use crate::domain::pei::{PeiState, Section, SectionKind};
use crate::domain::people::Function;

const FIND_STUDENT: &str = include_str!("../../sql/queries/dossiers/find_student.sql");
const INSERT: &str = include_str!("../../sql/queries/dossiers/insert.sql");
const COUNT_RECENT: &str = include_str!("../../sql/queries/dossiers/count_recent.sql");
const MAY_STILL: &str = include_str!("../../sql/queries/dossiers/may_still.sql");
const LIST_COPIES: &str = include_str!("../../sql/queries/dossiers/list_copies.sql");
const LIST_OWN_GUARDIANSHIPS: &str = include_str!("../../sql/queries/dossiers/list_own_guardianships.sql");
const LIST_TEAM: &str = include_str!("../../sql/queries/dossiers/list_team.sql");
const LIST_SECTIONS: &str = include_str!("../../sql/queries/dossiers/list_sections.sql");

/// How many copies one person may take in an hour, of all children together.
pub const MOST_AN_HOUR: i64 = 10;

/// Somebody took a copy of a child's dossier.
#[derive(Debug, Clone)]
pub struct Copy {
    /// Who.
    pub user: UserId,
    /// Full name.
    pub name: String,
    /// As whom, at that moment: functions, or `guardian`.
    pub ties: Vec<String>,
    /// When.
    pub taken_at: OffsetDateTime,
}

/// What one person may take away about a child. The texts of the sections are read afterwards, by [`read_text`].
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The child.
    pub student: StudentId,
    /// Full name.
    pub name: String,
    /// Birthday, if known.
    pub birth_date: Option<Date>,
    /// Class, if any.
    pub class_name: Option<String>,
    /// School.
    pub school_name: String,
    /// Since when the school has a record here.
    pub created_at: OffsetDateTime,
    /// The first day on which the child was no longer at the school.
    pub left_on: Option<Date>,
    /// When this copy is taken.
    pub taken_at: OffsetDateTime,
    /// As whom.
    pub taker_ties: Vec<String>,
    /// The asker's own ties as family, the first first.
    pub guardianships: Vec<OwnGuardianship>,
    /// Who is or was in the team.
    pub team: Vec<Membership>,
    /// Sections of all plans that the person may read, newest plan first, in the plan's order.
    pub sections: Vec<DossierSection>,
    /// What was said in rooms: the school's record, or what the family reads.
    pub conversations: Vec<Conversation>,
    /// What the family decided, newest first.
    pub consents: Vec<Decision>,
    /// What was asked to be corrected, newest first.
    pub corrections: Vec<Correction>,
    /// Who read, newest first.
    pub accesses: Vec<Access>,
    /// Who opened the record in an emergency, newest first.
    pub emergencies: Vec<Emergency>,
    /// Who took copies, newest first, this one included.
    pub copies: Vec<Copy>,
}

/// The asker is or was a guardian.
#[derive(Debug, Clone)]
pub struct OwnGuardianship {
    /// In the school's words, such as `mãe`.
    pub kinship: String,
    /// Whether they decide for the child, and alone or with others.
    pub custody: Custody,
    /// Since when.
    pub valid_from: OffsetDateTime,
    /// Until when.
    pub valid_to: Option<OffsetDateTime>,
}

/// Somebody in the team, for a while.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The person.
    pub user: UserId,
    /// Full name; none for somebody the asker does not see any more.
    pub name: Option<String>,
    /// In which function.
    pub function: Function,
    /// Since when.
    pub valid_from: OffsetDateTime,
    /// Until when.
    pub valid_to: Option<OffsetDateTime>,
}

/// A section of a plan.
#[derive(Debug, Clone)]
pub struct DossierSection {
    /// The plan.
    pub pei: PeiId,
    /// Its state.
    pub state: PeiState,
    /// Its calendar year.
    pub school_year: i32,
    /// Which section.
    pub section: Section,
    /// The document of it.
    pub document: DocumentId,
    /// Last edit.
    pub updated_at: Option<OffsetDateTime>,
    /// Who made it, if the asker sees them.
    pub updated_by: Option<String>,
}

/// Somebody took as many copies in an hour as anybody may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany;

/// What a section says.
#[derive(Debug, Clone)]
pub struct SectionText {
    /// Canonical JSON (see [`RootKind`]).
    pub content: Value,
    /// The same without formatting, a line for each block or field.
    pub plain: String,
}

/// Takes a copy: records it, and gathers what the asker may see, all in one transaction. Also records that each section was read.
///
/// # Errors
/// [`Error::NotFound`] when the child does not exist or the asker may not take a copy: the two are never told apart.
pub async fn take(store: &Store, asker: Asker, student: StudentId) -> Result<Result<Dossier, TooMany>, Error> {
    let (user, session) = (asker.user, asker.session);
    let (allowed, denied) = (event(&asker, student, Outcome::Allowed), event(&asker, student, Outcome::Denied));
    let gathered = store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let gathered = gather(transaction, user, student).await?;
                if gathered.is_ok() {
                    audit::append_in(transaction, &allowed).await?;
                }
                Ok(gathered)
            })
        })
        .await
        // The policy says no where the statement said yes only if something changed in between.
        .map_err(|error| if matches!(error, Error::Refused) { Error::NotFound } else { error });
    if matches!(gathered, Err(Error::NotFound) | Ok(Err(TooMany))) {
        audit::append(store, denied).await?;
    }
    let Ok(dossier) = gathered? else { return Ok(Err(TooMany)) };
    let documents = dossier.sections.iter().map(|section| section.document).collect();
    store.record_accesses(user, session, student, documents).await?;
    Ok(Ok(dossier))
}

async fn gather(
    transaction: &Transaction<'_>,
    user: UserId,
    student: StudentId,
) -> Result<Result<Dossier, TooMany>, Error> {
    let statement = transaction.prepare_cached(FIND_STUDENT).await?;
    let found = transaction.query_opt(&statement, &[&user.0, &student.0]).await?.ok_or(Error::NotFound)?;
    let statement = transaction.prepare_cached(COUNT_RECENT).await?;
    if transaction.query_one(&statement, &[&user.0]).await?.try_get::<_, i64>("recent")? >= MOST_AN_HOUR {
        return Ok(Err(TooMany));
    }
    let statement = transaction.prepare_cached(INSERT).await?;
    let taken = transaction.query_one(&statement, &[&Uuid::now_v7(), &student.0, &user.0]).await?;
    let statement = transaction.prepare_cached(LIST_OWN_GUARDIANSHIPS).await?;
    let guardianships = transaction.query(&statement, &[&user.0, &student.0]).await?;
    let statement = transaction.prepare_cached(LIST_TEAM).await?;
    let team = transaction.query(&statement, &[&student.0]).await?;
    let statement = transaction.prepare_cached(LIST_SECTIONS).await?;
    let sections = transaction.query(&statement, &[&user.0, &student.0]).await?;
    let mut sections = sections.iter().map(section).collect::<Result<Vec<_>, Error>>()?;
    // Stable: the plans stay in their order.
    sections.sort_by_key(|section| (std::cmp::Reverse(section.school_year), section.pei.0, section.section));
    Ok(Ok(Dossier {
        student,
        name: found.try_get("name")?,
        birth_date: found.try_get("birth_date")?,
        class_name: found.try_get("class_name")?,
        school_name: found.try_get("school_name")?,
        created_at: found.try_get("created_at")?,
        left_on: found.try_get("left_on")?,
        taken_at: taken.try_get("taken_at")?,
        taker_ties: taken.try_get("taker_ties")?,
        guardianships: guardianships.iter().map(guardianship).collect::<Result<_, Error>>()?,
        team: team.iter().map(membership).collect::<Result<_, Error>>()?,
        sections,
        conversations: record::conversations(transaction, student).await?,
        consents: consents::history(transaction, student, None).await?,
        corrections: corrections::requests(transaction, student, None).await?,
        accesses: accesses::entries(transaction, student, None, None).await?,
        emergencies: accesses::emergencies(transaction, student, None).await?,
        copies: copies(transaction, student, None).await?,
    }))
}

/// Who took copies, newest first, `most` at most.
pub(super) async fn copies(
    transaction: &Transaction<'_>,
    student: StudentId,
    most: Option<i64>,
) -> Result<Vec<Copy>, Error> {
    let statement = transaction.prepare_cached(LIST_COPIES).await?;
    transaction.query(&statement, &[&student.0, &most]).await?.iter().map(copy).collect()
}

/// What a document says, as `render` writes it, read as a room reads it, on a thread of its own with a large stack: a snapshot that does not load
/// is passed over for the one before it. What seems to kill its readers is left to a room, which reads it in a child first.
///
/// # Errors
/// [`Error::Unavailable`] for a document that may kill its readers, [`Error::Corrupt`] for one that cannot be read: a dossier with a hole is none.
pub async fn read_text<T: Send + 'static>(
    store: &Store,
    document: DocumentId,
    kind: SectionKind,
    render: impl FnOnce(SectionText) -> T + Clone + Send + 'static,
) -> Result<T, Error> {
    let mut below = i64::MAX;
    loop {
        let stored = store.read_document(document, below).await?;
        if stored.is_suspicious() {
            return Err(Error::Unavailable("a document was begun and not finished loading".to_owned()));
        }
        let snapshot = stored.snapshot.as_ref().map(|(seq, _)| *seq);
        let render = render.clone();
        let read = on_large_stack(move || {
            let document = stored.rebuild(kind.roots(), |_| {})?.document;
            text(kind, &document).map(render)
        })
        .await;
        // Whatever it said, this process has survived it.
        store.end_load(document).await?;
        match (read, snapshot) {
            (Ok(rendered), _) => return Ok(rendered),
            (Err(error), Some(seq)) => {
                tracing::error!(%document, %error, seq, "a snapshot does not load; the one before it is used");
                crate::metrics::damaged("snapshot");
                below = seq;
            }
            (Err(error), None) => return Err(Error::Corrupt(format!("document {document}: {error}"))),
        }
    }
}

async fn on_large_stack<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApplyError> + Send + 'static,
) -> Result<T, ApplyError> {
    let (sender, done) = tokio::sync::oneshot::channel();
    // Nobody waits any more: nobody needs it.
    let work = move || drop(sender.send(work()));
    let started = std::thread::Builder::new().name("dossier".to_owned()).stack_size(READER_STACK_BYTES).spawn(work);
    started.map_err(|error| {
        tracing::error!(%error, "no thread to read a dossier on");
        ApplyError::Panicked
    })?;
    done.await.map_err(|_| ApplyError::Panicked)?
}

/// What a document says. Needs a reader's stack.
///
/// # Errors
/// When the document code fails.
pub fn text(kind: SectionKind, document: &SectionDocument) -> Result<SectionText, ApplyError> {
    let (root, form) = match kind {
        SectionKind::RichText => ("content", RootKind::RichText),
        SectionKind::Goals => ("goals", RootKind::Records),
    };
    Ok(SectionText { content: document.to_json(root, form)?, plain: document.plain_text(root)? })
}

/// Whether the asker may still have what was gathered: asked once more before the first byte leaves.
///
/// # Errors
/// Database errors.
pub async fn may_still(store: &Store, asker: &Asker, student: StudentId) -> Result<bool, Error> {
    let (user, session) = (asker.user, asker.session);
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(MAY_STILL).await?;
                Ok(transaction.query_one(&statement, &[&user.0, &student.0, &session.0]).await?.try_get("may")?)
            })
        })
        .await
}

fn guardianship(row: &Row) -> Result<OwnGuardianship, Error> {
    Ok(OwnGuardianship {
        kinship: row.try_get("kinship")?,
        custody: row.try_get::<_, &str>("custody")?.parse()?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
    })
}

fn membership(row: &Row) -> Result<Membership, Error> {
    Ok(Membership {
        user: UserId(row.try_get("user_id")?),
        name: row.try_get("name")?,
        function: row.try_get::<_, &str>("function")?.parse()?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
    })
}

fn section(row: &Row) -> Result<DossierSection, Error> {
    Ok(DossierSection {
        pei: PeiId(row.try_get("pei_id")?),
        state: row.try_get::<_, &str>("state")?.parse()?,
        school_year: row.try_get("school_year")?,
        section: row.try_get::<_, &str>("section")?.parse()?,
        document: DocumentId(row.try_get("document_id")?),
        updated_at: row.try_get("updated_at")?,
        updated_by: row.try_get("updated_by")?,
    })
}

fn copy(row: &Row) -> Result<Copy, Error> {
    Ok(Copy {
        user: UserId(row.try_get("user_id")?),
        name: row.try_get("name")?,
        ties: row.try_get("taker_ties")?,
        taken_at: row.try_get("taken_at")?,
    })
}

fn event(asker: &Asker, student: StudentId, outcome: Outcome) -> Event {
    Event {
        student: (outcome == Outcome::Allowed).then_some(student),
        resource: Some(format!("student/{student}/dossier")),
        ..asker.event(Action::TakeDossier, outcome)
    }
}
