//! One act, done or tried: the transaction, what changes for the person concerned, and the record. Done and tried differ in the commit alone.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use futures_util::future::BoxFuture;
use time::OffsetDateTime;
use uuid::Uuid;

use super::views::{Effect, EffectChange, EffectSection, EffectStudent};
use crate::domain::administration::{Change, Refusal, Warning, changes};
use crate::domain::ids::{StudentId, UserId};
use crate::domain::permission::{Grant, Period};
use crate::store::audit::{self, Action, Event, Outcome};
use crate::store::{Asker, Error, Store};

const LIST_GRANTS: &str = include_str!("../../../sql/queries/administration/list_grants.sql");
const LIST_STUDENT_NAMES: &str = include_str!("../../../sql/queries/administration/list_student_names.sql");

/// How many students of one change are named.
const NAMED: usize = 50;

/// How an act is carried out.
#[derive(Debug, Clone)]
pub struct Manner {
    /// Who acts.
    pub asker: Asker,
    /// Try it, tell what would happen, and undo it.
    pub dry_run: bool,
    /// Warnings the asker has read.
    pub accept: Vec<Warning>,
}

impl Manner {
    /// Lets a warning pass that was accepted, or that is only to be told.
    pub(super) fn warn(&self, warning: Warning) -> Result<(), Refusal> {
        let known = self.dry_run || self.accept.contains(&warning);
        if known { Ok(()) } else { Err(Refusal::NotAccepted(warning)) }
    }
}

/// What an act is about, for the record.
#[derive(Debug, Clone)]
pub struct Subject {
    /// What is done.
    pub action: Action,
    /// Whose data, if one student's.
    pub student: Option<StudentId>,
    /// To what, e.g. `user/{id}`.
    pub resource: String,
}

impl Subject {
    pub(super) fn event(&self, asker: &Asker, action: Action, outcome: Outcome) -> Event {
        Event { student: self.student, resource: Some(self.resource.clone()), ..asker.event(action, outcome) }
    }
}

/// Runs an act in one transaction with its record; a preview and a refusal leave a record of their own.
pub(super) async fn run<F>(store: &Store, manner: Manner, subject: Subject, work: F) -> Result<Effect, Error>
where
    F: for<'a> FnOnce(&'a Transaction<'a>, Manner) -> BoxFuture<'a, Result<Effect, Error>> + Send + 'static,
{
    let (asker, dry_run) = (manner.asker.clone(), manner.dry_run);
    let done = if dry_run {
        store.as_registrar_on_trial(asker.user, move |transaction| work(transaction, manner)).await
    } else {
        let event = subject.event(&asker, subject.action, Outcome::Allowed);
        store
            .as_registrar(Some(asker.user), move |transaction| {
                Box::pin(async move {
                    let effect = work(transaction, manner).await?;
                    audit::append_in(transaction, &event).await?;
                    Ok(Effect { applied: true, ..effect })
                })
            })
            .await
    };
    match &done {
        Ok(_) if dry_run => audit::append(store, subject.event(&asker, Action::Preview, Outcome::Allowed)).await?,
        Err(Error::NotFound | Error::Rule(_)) => {
            audit::append(store, subject.event(&asker, subject.action, Outcome::Denied)).await?;
        }
        _ => {}
    }
    done
}

/// What one person may see of students, before or after a change.
pub(super) struct Sight {
    grants: BTreeMap<StudentId, Vec<Grant>>,
    now: OffsetDateTime,
}

impl Sight {
    /// Nothing of anybody.
    pub(super) const fn none() -> Self {
        Self { grants: BTreeMap::new(), now: OffsetDateTime::UNIX_EPOCH }
    }
}

/// Reads what a person may see of these students, or of all that the asker administers.
pub(super) async fn sight(
    transaction: &Transaction<'_>,
    person: UserId,
    students: Option<&[StudentId]>,
) -> Result<Sight, Error> {
    let ids = students.map(|students| students.iter().map(|student| student.0).collect::<Vec<Uuid>>());
    let statement = transaction.prepare_cached(LIST_GRANTS).await?;
    let mut sight = Sight::none();
    for row in transaction.query(&statement, &[&person.0, &ids]).await? {
        sight.now = row.try_get("now")?;
        let grant = Grant {
            user: person,
            area: row.try_get::<_, &str>("section")?.parse()?,
            access: row.try_get::<_, &str>("access")?.parse()?,
            period: Period { from: row.try_get("valid_from")?, to: row.try_get("valid_to")? },
            sees_accesses: row.try_get("sees_accesses")?,
        };
        sight.grants.entry(StudentId(row.try_get("student_id")?)).or_default().push(grant);
    }
    Ok(sight)
}

/// The answer: how two sights differ, with students that share a change put together.
///
/// * `named`: whether the asker may read the students' names
pub(super) async fn effect(
    transaction: &Transaction<'_>,
    person: (UserId, &str),
    (before, after): (&Sight, &Sight),
    named: bool,
) -> Result<Effect, Error> {
    let now = before.now.max(after.now);
    let mut grouped: BTreeMap<Change, Vec<StudentId>> = BTreeMap::new();
    let students: std::collections::BTreeSet<_> = before.grants.keys().chain(after.grants.keys()).copied().collect();
    let none = Vec::new();
    for student in students {
        let of = |sight: &'_ Sight| sight.grants.get(&student).unwrap_or(&none).clone();
        for change in changes(&of(before), &of(after), now) {
            grouped.entry(change).or_default().push(student);
        }
    }
    let concerned: Vec<Uuid> = grouped.values().flatten().map(|student| student.0).collect();
    let mut names = Vec::new();
    if named && !concerned.is_empty() {
        let statement = transaction.prepare_cached(LIST_STUDENT_NAMES).await?;
        for row in transaction.query(&statement, &[&concerned]).await? {
            names.push(EffectStudent { student_id: row.try_get("student_id")?, name: row.try_get("name")? });
        }
    }
    if named {
        // Of a child whom a court keeps the asker away from nothing is told, not even that it is one more.
        for students in grouped.values_mut() {
            students.retain(|student| names.iter().any(|name| name.student_id == student.0));
        }
        grouped.retain(|_, students| !students.is_empty());
    }
    let changes = grouped.into_iter().map(|(change, students)| EffectChange {
        from: change.from,
        until: change.until,
        saw: change.saw,
        sees: change.sees,
        sections: change
            .sections
            .into_iter()
            .map(|s| EffectSection { section: s.section, before: s.before, after: s.after })
            .collect(),
        students: names
            .iter()
            .filter(|name| students.contains(&StudentId(name.student_id)))
            .take(NAMED)
            .cloned()
            .collect(),
        student_count: students.len(),
    });
    Ok(Effect {
        applied: false,
        user_id: person.0.0,
        user_name: person.1.to_owned(),
        created_id: None,
        changes: changes.collect(),
        warnings: Vec::new(),
        ended_links: 0,
        ended_sessions: 0,
    })
}

/// When something ends: a date that is given, or now; never in the past.
pub(super) fn ends_at(at: Option<OffsetDateTime>, now: OffsetDateTime) -> Result<OffsetDateTime, Refusal> {
    match at {
        Some(at) if at < now => Err(Refusal::Field("at")),
        at => Ok(at.unwrap_or(now)),
    }
}

/// A stretch of time that begins now or later and ends after it begins.
pub(super) fn check_period(
    (from, to): (Option<OffsetDateTime>, Option<OffsetDateTime>),
    now: OffsetDateTime,
) -> Result<(), Refusal> {
    let begins = from.unwrap_or(now);
    if begins < now {
        return Err(Refusal::Field("valid_from"));
    }
    if to.is_some_and(|to| to <= begins) { Err(Refusal::Field("valid_to")) } else { Ok(()) }
}

/// Refuses what somebody else changed since the asker read it, and what is over.
pub(super) fn unchanged(
    seen: i32,
    version: i32,
    to: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Result<(), Refusal> {
    if seen == version && to.is_none_or(|to| to > now) { Ok(()) } else { Err(Refusal::Changed) }
}
