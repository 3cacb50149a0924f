//! One plan as one person may see it: the sections granted, and the team. Documents' content is not here.

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use tokio_postgres::Row;

use super::audit::{self, Action, Event, Outcome};
use super::unchecked::or_unchecked;
use super::{Asker, Error, Store};
use crate::domain::ids::{Lineage, PeiId, StudentId, UserId};
use crate::domain::pei::{DocumentName, PeiState, Section};
use crate::domain::people::Function;
use crate::domain::permission::Access;

pub(super) const FIND: &str = include_str!("../../sql/queries/peis/find.sql");
pub(super) const LIST_SECTIONS: &str = include_str!("../../sql/queries/peis/list_sections.sql");
const LIST_TEAM: &str = include_str!("../../sql/queries/peis/list_team.sql");

/// A plan as one person sees it.
#[derive(Debug, Clone)]
pub struct ScopedPei {
    /// The plan.
    pub pei: PeiId,
    /// Where it is in its life.
    pub state: PeiState,
    /// Calendar year.
    pub school_year: i32,
    /// Whose it is.
    pub student: StudentId,
    /// Full name.
    pub student_name: String,
    /// Class, if any.
    pub class_name: Option<String>,
    /// School.
    pub school_name: String,
    /// Whether the person may see who read about the student.
    pub sees_accesses: bool,
    /// The sections the person may read, in the plan's order. Others are not mentioned.
    pub sections: Vec<ScopedSection>,
    /// The team.
    pub team: Vec<TeamMember>,
}

/// A section as one person sees it.
#[derive(Debug, Clone)]
pub struct ScopedSection {
    /// Which.
    pub section: Section,
    /// What the person may do now: writing only in an editable plan.
    pub access: Access,
    /// The name of its live document, with lineage and schema.
    pub document: DocumentName,
    /// Last edit.
    pub updated_at: Option<OffsetDateTime>,
    /// Who made it, if in the team.
    pub updated_by: Option<String>,
}

/// Somebody in the team.
#[derive(Debug, Clone)]
pub struct TeamMember {
    /// The person.
    pub user: UserId,
    /// Full name.
    pub name: String,
    /// In which function.
    pub function: Function,
}

/// The plan, or `None` when it does not exist or is not for this person: the two are never told apart. Recorded either way.
///
/// # Errors
/// Database errors.
pub async fn find(store: &Store, asker: Asker, pei: PeiId) -> Result<Option<ScopedPei>, Error> {
    store
        .as_person(Some(asker.user), move |transaction| {
            Box::pin(async move {
                let found = find_in(transaction, asker.user, pei).await?;
                let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Denied };
                let event = Event {
                    student: found.as_ref().map(|found| found.student),
                    resource: Some(format!("pei/{pei}")),
                    ..asker.event(Action::OpenPei, outcome)
                };
                audit::append_in(transaction, &event).await?;
                Ok(found)
            })
        })
        .await
}

async fn find_in(transaction: &Transaction<'_>, user: UserId, pei: PeiId) -> Result<Option<ScopedPei>, Error> {
    let statement = transaction.prepare_cached(or_unchecked(FIND)).await?;
    let Some(row) = transaction.query_opt(&statement, &[&user.0, &pei.0]).await? else { return Ok(None) };
    let state: PeiState = row.try_get::<_, &str>("state")?.parse()?;
    let student = StudentId(row.try_get("student_id")?);

    let statement = transaction.prepare_cached(or_unchecked(LIST_SECTIONS)).await?;
    let rows = transaction.query(&statement, &[&user.0, &pei.0]).await?;
    let mut sections = rows.iter().map(|row| section(row, pei, state)).collect::<Result<Vec<_>, Error>>()?;
    if sections.is_empty() {
        return Ok(None);
    }
    sections.sort_unstable_by_key(|section| section.section);

    let statement = transaction.prepare_cached(LIST_TEAM).await?;
    let rows = transaction.query(&statement, &[&student.0]).await?;
    Ok(Some(ScopedPei {
        pei,
        state,
        school_year: row.try_get("school_year")?,
        student,
        student_name: row.try_get("student_name")?,
        class_name: row.try_get("class_name")?,
        school_name: row.try_get("school_name")?,
        sees_accesses: row.try_get("sees_accesses")?,
        sections,
        team: rows.iter().map(member).collect::<Result<_, Error>>()?,
    }))
}

fn section(row: &Row, pei: PeiId, state: PeiState) -> Result<ScopedSection, Error> {
    let section = row.try_get::<_, &str>("section")?.parse()?;
    let copy = (Lineage(row.try_get("lineage")?), row.try_get("schema_version")?);
    let may_write: bool = row.try_get("may_write")?;
    Ok(ScopedSection {
        section,
        access: if may_write && state.is_editable() { Access::Write } else { Access::Read },
        document: DocumentName { pei, section, copy: Some(copy) },
        updated_at: row.try_get("updated_at")?,
        updated_by: row.try_get("updated_by")?,
    })
}

fn member(row: &Row) -> Result<TeamMember, Error> {
    Ok(TeamMember {
        user: UserId(row.try_get("user_id")?),
        name: row.try_get("name")?,
        function: row.try_get::<_, &str>("function")?.parse()?,
    })
}
