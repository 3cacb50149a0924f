//! What a family allows: who decided what, and what holds now. Decisions are only ever added. A guardian decides for themselves as the application role;
//! what they signed on paper is recorded by the school as the registrar. The policies ask once more whether the guardian decides for the child.

use deadpool_postgres::Transaction;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::administration::students as administered;
use super::audit::{self, Action, Event, Outcome};
use super::grants;
use super::{Asker, Error, Store};
use crate::domain::administration::{Act, Refusal, may_any};
use crate::domain::consent::{self, ConsentKind, ConsentState, TEXT_VERSION, Voice};
use crate::domain::ids::{StudentId, UserId};
use crate::domain::people::Function;

const FIND_STUDENT: &str = include_str!("../../sql/queries/consents/find_student.sql");
const LIST_VOICES: &str = include_str!("../../sql/queries/consents/list_voices.sql");
const LIST_DECISIONS: &str = include_str!("../../sql/queries/consents/list_decisions.sql");
const INSERT_OWN: &str = include_str!("../../sql/queries/consents/insert_own.sql");
const FIND_DECIDER: &str = include_str!("../../sql/queries/consents/find_decider.sql");
const INSERT_ON_PAPER: &str = include_str!("../../sql/queries/consents/insert_on_paper.sql");

/// Most decisions of the list on the screen.
const MOST_DECISIONS: i64 = 100;

/// What holds for a student, as one person may see it.
#[derive(Debug, Clone)]
pub struct Consents {
    /// Full name.
    pub student_name: String,
    /// Whether the asker decides for the child.
    pub decides: bool,
    /// Whether the asker records what guardians signed.
    pub records: bool,
    /// Each kind and what follows from what was said.
    pub states: Vec<(ConsentKind, ConsentState)>,
    /// Newest first; `None` for who may not see who decided.
    pub history: Option<Vec<Decision>>,
}

/// One decision.
#[derive(Debug, Clone)]
pub struct Decision {
    /// About what.
    pub kind: ConsentKind,
    /// Yes or no.
    pub given: bool,
    /// Which text was read.
    pub text_version: i32,
    /// Where a signed paper is kept; none for what was said on the screen.
    pub evidence: Option<String>,
    /// When.
    pub decided_at: OffsetDateTime,
    /// Whose decision.
    pub guardian: UserId,
    /// Their full name.
    pub guardian_name: String,
    /// Who wrote it down.
    pub recorded_by_name: String,
}

/// A decision to record.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// About what.
    pub kind: ConsentKind,
    /// Yes or no.
    pub given: bool,
    /// Which text was read.
    pub text_version: i32,
    /// Of a guardian who signed, and where the paper is; otherwise it is the asker's own.
    pub on_paper: Option<(UserId, String)>,
}

struct Found {
    name: String,
    sees_history: bool,
    decides: bool,
    records: bool,
}

/// What is allowed for a student; recorded.
///
/// # Errors
/// [`Error::NotFound`] for a student out of reach.
pub async fn list(store: &Store, asker: Asker, student: StudentId) -> Result<Consents, Error> {
    let denied = event(&asker, student, Action::ViewConsents, None, Outcome::Denied);
    let found = store
        .as_person(Some(asker.user), move |transaction| {
            Box::pin(async move {
                let found = find(transaction, asker.user, student).await?;
                audit::append_in(transaction, &event(&asker, student, Action::ViewConsents, None, Outcome::Allowed))
                    .await?;
                Ok(Consents {
                    student_name: found.name,
                    decides: found.decides,
                    records: found.records,
                    states: states(transaction, student).await?,
                    history: if found.sees_history {
                        Some(history(transaction, student, Some(MOST_DECISIONS)).await?)
                    } else {
                        None
                    },
                })
            })
        })
        .await;
    tell(store, found, denied).await
}

/// Records a decision.
///
/// # Errors
/// [`Error::NotFound`] for a student out of reach; [`Error::Rule`] for whoever does not decide for the child or may not record it, for a text that is not
/// today's, and for what was said already.
pub async fn decide(store: &Store, asker: Asker, student: StudentId, new: NewDecision) -> Result<(), Error> {
    let action = if new.given { Action::GiveConsent } else { Action::WithdrawConsent };
    let (kind, user) = (new.kind, asker.user);
    let (allowed, denied) = (
        event(&asker, student, action, Some(kind), Outcome::Allowed),
        event(&asker, student, action, Some(kind), Outcome::Denied),
    );
    let done = match new.on_paper {
        None => {
            store
                .as_person(Some(user), move |transaction| {
                    Box::pin(async move {
                        let found = find(transaction, user, student).await?;
                        if !found.decides {
                            return Err(Refusal::NotAllowed.into());
                        }
                        let hash = text_hash(&new)?;
                        let statement = transaction.prepare_cached(INSERT_OWN).await?;
                        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 7] = [
                            &Uuid::now_v7(),
                            &student.0,
                            &kind.as_str(),
                            &user.0,
                            &new.given,
                            &new.text_version,
                            &hash,
                        ];
                        written(transaction.execute(&statement, &values).await?)?;
                        audit::append_in(transaction, &allowed).await
                    })
                })
                .await
        }
        Some((guardian, ref evidence)) => {
            let (new, evidence) = (NewDecision { on_paper: None, ..new.clone() }, evidence.clone());
            // Whoever sees the child and may not record learns that; nobody else learns anything.
            let within_sight = store
                .as_person(Some(user), move |transaction| {
                    Box::pin(async move { find(transaction, user, student).await })
                })
                .await;
            match within_sight {
                Err(error) => Err(error),
                Ok(found) if !found.records => Err(Refusal::NotAllowed.into()),
                Ok(_) => {
                    store
                        .as_registrar(Some(user), move |transaction| {
                            Box::pin(async move {
                                record_in(transaction, user, student, (guardian, evidence), &new).await?;
                                audit::append_in(transaction, &allowed).await
                            })
                        })
                        .await
                }
            }
        }
    };
    tell(store, done, denied).await
}

async fn record_in(
    transaction: &Transaction<'_>,
    user: UserId,
    student: StudentId,
    (guardian, evidence): (UserId, String),
    new: &NewDecision,
) -> Result<(), Error> {
    let (_, actor) = administered::find_for(transaction, user, student, Act::RecordConsents).await?;
    // The child's own guardian says it on the screen; nobody signs for themselves.
    if guardian == user || !may_any(&actor, Act::RecordConsents) {
        return Err(Refusal::NotAllowed.into());
    }
    grants::lock(transaction, &[student]).await?;
    let statement = transaction.prepare_cached(FIND_DECIDER).await?;
    if !transaction.query_one(&statement, &[&guardian.0, &student.0]).await?.try_get::<_, bool>("decides")? {
        return Err(Refusal::Field("guardian_id").into());
    }
    let hash = text_hash(new)?;
    let statement = transaction.prepare_cached(INSERT_ON_PAPER).await?;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 9] = [
        &Uuid::now_v7(),
        &student.0,
        &new.kind.as_str(),
        &guardian.0,
        &new.given,
        &new.text_version,
        &hash,
        &user.0,
        &evidence,
    ];
    written(transaction.execute(&statement, &values).await?)
}

async fn find(transaction: &Transaction<'_>, user: UserId, student: StudentId) -> Result<Found, Error> {
    let statement = transaction.prepare_cached(FIND_STUDENT).await?;
    let row = transaction.query_opt(&statement, &[&user.0, &student.0]).await?.ok_or(Error::NotFound)?;
    let functions: Vec<&str> = row.try_get("school_functions")?;
    let functions = functions.into_iter().map(|text| Ok(text.parse()?)).collect::<Result<Vec<Function>, Error>>()?;
    Ok(Found {
        name: row.try_get("name")?,
        sees_history: row.try_get("sees_history")?,
        decides: row.try_get("decides")?,
        records: may_any(&functions, Act::RecordConsents),
    })
}

async fn states(transaction: &Transaction<'_>, student: StudentId) -> Result<Vec<(ConsentKind, ConsentState)>, Error> {
    let statement = transaction.prepare_cached(LIST_VOICES).await?;
    let mut voices: Vec<(ConsentKind, Voice)> = Vec::new();
    for row in transaction.query(&statement, &[&student.0]).await? {
        let custody = match row.try_get("custody")? {
            "sole" => crate::domain::invitation::Custody::Sole,
            _ => crate::domain::invitation::Custody::Shared,
        };
        voices.push((row.try_get::<_, &str>("kind")?.parse()?, Voice { custody, gives: row.try_get("gives")? }));
    }
    let of = |kind| voices.iter().filter(|(about, _)| *about == kind).map(|(_, voice)| *voice).collect::<Vec<_>>();
    Ok(ConsentKind::ALL.iter().map(|&kind| (kind, consent::state(&of(kind)))).collect())
}

/// What was decided, newest first, `most` at most.
pub(super) async fn history(
    transaction: &Transaction<'_>,
    student: StudentId,
    most: Option<i64>,
) -> Result<Vec<Decision>, Error> {
    let statement = transaction.prepare_cached(LIST_DECISIONS).await?;
    transaction.query(&statement, &[&student.0, &most]).await?.iter().map(decision).collect()
}

fn decision(row: &Row) -> Result<Decision, Error> {
    Ok(Decision {
        kind: row.try_get::<_, &str>("kind")?.parse()?,
        given: row.try_get("given")?,
        text_version: row.try_get("text_version")?,
        evidence: row.try_get("evidence")?,
        decided_at: row.try_get("decided_at")?,
        guardian: UserId(row.try_get("guardian_id")?),
        guardian_name: row.try_get("guardian_name")?,
        recorded_by_name: row.try_get("recorded_by_name")?,
    })
}

/// The hash of the text that was read, which has to be today's.
fn text_hash(new: &NewDecision) -> Result<Vec<u8>, Refusal> {
    if new.text_version == TEXT_VERSION {
        Ok(Sha256::digest(consent::text(new.kind)).to_vec())
    } else {
        Err(Refusal::Changed)
    }
}

fn written(rows: u64) -> Result<(), Error> {
    if rows == 1 { Ok(()) } else { Err(Refusal::Changed.into()) }
}

fn event(asker: &Asker, student: StudentId, action: Action, kind: Option<ConsentKind>, outcome: Outcome) -> Event {
    let resource =
        kind.map_or_else(|| format!("student/{student}/consents"), |kind| format!("consent/{}", kind.as_str()));
    Event {
        student: (outcome == Outcome::Allowed).then_some(student),
        resource: Some(resource),
        ..asker.event(action, outcome)
    }
}

async fn tell<T>(store: &Store, done: Result<T, Error>, denied: Event) -> Result<T, Error> {
    if matches!(done, Err(Error::NotFound | Error::Rule(_))) {
        audit::append(store, denied).await?;
    }
    done
}
