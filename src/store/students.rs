//! The students somebody may see, with the plan that matters now. Which they are is decided by grants, not here.

use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::unchecked::or_unchecked;
use super::{Error, Store};
use crate::domain::ids::{PeiId, StudentId, UserId};
use crate::domain::pei::{PeiState, Section};
use crate::domain::people::Function;
use crate::domain::permission::{Relation, reaches};

pub(super) const LIST_FOR_PERSON: &str = include_str!("../../sql/queries/students/list_for_person.sql");

/// A student as seen by one person.
#[derive(Debug, Clone)]
pub struct ListedStudent {
    /// The student.
    pub student: StudentId,
    /// Full name.
    pub name: String,
    /// Class, if any.
    pub class_name: Option<String>,
    /// School.
    pub school_name: String,
    /// Functions in which the person reaches the student.
    pub functions: Vec<Function>,
    /// Whether the person is a guardian of the student.
    pub is_guardian: bool,
    /// Whether the person may see who read about the student.
    pub sees_accesses: bool,
    /// The plan, if there is one.
    pub pei: Option<ListedPei>,
}

/// The plan of a listed student.
#[derive(Debug, Clone)]
pub struct ListedPei {
    /// The plan.
    pub pei: PeiId,
    /// Where it is in its life.
    pub state: PeiState,
    /// Calendar year.
    pub school_year: i32,
    /// Last edit of a section the person reads.
    pub updated_at: Option<OffsetDateTime>,
    /// Sections the person reads, in the plan's order; includes those the person writes.
    pub readable: Vec<Section>,
    /// Sections the person may write now, in the plan's order.
    pub writable: Vec<Section>,
}

/// All students the person has an active grant for, by name; at most 500.
///
/// # Errors
/// Database errors.
pub async fn list_for_person(store: &Store, person: UserId) -> Result<Vec<ListedStudent>, Error> {
    store
        .as_person(Some(person), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(or_unchecked(LIST_FOR_PERSON)).await?;
                let rows = transaction.query(&statement, &[&person.0]).await?;
                rows.iter().map(listed).collect()
            })
        })
        .await
}

fn listed(row: &Row) -> Result<ListedStudent, Error> {
    let mut functions = names::<Function>(row, "team_functions")?;
    // A function in the school ties to the student only where the rules say so.
    let in_school = names::<Function>(row, "school_functions")?;
    functions.extend(in_school.into_iter().filter(|&function| reaches(Relation::School(function))));
    functions.sort_unstable();
    functions.dedup();
    let pei: Option<Uuid> = row.try_get("pei_id")?;
    Ok(ListedStudent {
        student: StudentId(row.try_get("student_id")?),
        name: row.try_get("name")?,
        class_name: row.try_get("class_name")?,
        school_name: row.try_get("school_name")?,
        functions,
        is_guardian: row.try_get("is_guardian")?,
        sees_accesses: row.try_get("sees_accesses")?,
        pei: pei.map(|id| listed_pei(row, PeiId(id))).transpose()?,
    })
}

fn listed_pei(row: &Row, pei: PeiId) -> Result<ListedPei, Error> {
    let state: PeiState = row.try_get::<_, &str>("state")?.parse()?;
    let mut readable = names::<Section>(row, "readable")?;
    let mut writable = names::<Section>(row, "writable")?;
    if !state.is_editable() {
        writable.clear();
    }
    readable.sort_unstable();
    writable.sort_unstable();
    Ok(ListedPei {
        pei,
        state,
        school_year: row.try_get("school_year")?,
        updated_at: row.try_get("updated_at")?,
        readable,
        writable,
    })
}

fn names<T>(row: &Row, column: &str) -> Result<Vec<T>, Error>
where
    T: std::str::FromStr,
    Error: From<T::Err>,
{
    let texts: Vec<&str> = row.try_get(column)?;
    texts.into_iter().map(|text| Ok(text.parse()?)).collect()
}
