//! The people of a school, and one of them.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::act::Subject;
use super::students::{guardianships, links};
use super::views::{AdminClass, AdminFunction, AdminPerson, AdminPersonDetail, AdminRights, AdminSchool, PeoplePage};
use super::{accounts, functions, in_school, resets};
use crate::domain::administration::{Act, may_any};
use crate::domain::ids::{SchoolId, UserId};
use crate::domain::people::{Function, UserKind};
use crate::store::audit::{self, Action, Outcome};
use crate::store::{Asker, Error, Store};

const LIST_SCHOOLS: &str = include_str!("../../../sql/queries/administration/list_schools.sql");
const LIST_PEOPLE: &str = include_str!("../../../sql/queries/administration/list_people.sql");
const FIND_PERSON: &str = include_str!("../../../sql/queries/administration/find_person.sql");
const LIST_FUNCTIONS: &str = include_str!("../../../sql/queries/administration/list_functions.sql");

/// Where a page begins: after this searchable name and id.
pub type After = Option<(String, Uuid)>;

/// Which people are asked for.
#[derive(Debug, Clone)]
pub struct PeopleQuery {
    /// Of this school.
    pub school: SchoolId,
    /// Part of the name, with or without accents.
    pub part_of_name: Option<String>,
    /// Only this kind.
    pub kind: Option<UserKind>,
    /// Where the page begins.
    pub after: After,
    /// How many at most.
    pub limit: i64,
}

/// The schools somebody administers; empty for everybody else.
///
/// # Errors
/// Database errors.
pub async fn schools(store: &Store, asker: UserId) -> Result<Vec<AdminSchool>, Error> {
    store
        .as_registrar(Some(asker), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(LIST_SCHOOLS).await?;
                let rows = transaction.query(&statement, &[&None::<Uuid>, &asker.0]).await?;
                rows.iter().map(school).collect()
            })
        })
        .await
}

fn school(row: &Row) -> Result<AdminSchool, Error> {
    let actor = functions(row)?;
    let may = |act| may_any(&actor, act);
    let Json(classes): Json<Vec<AdminClass>> = row.try_get("classes")?;
    Ok(AdminSchool {
        school_id: row.try_get("school_id")?,
        name: row.try_get("name")?,
        students: row.try_get("students")?,
        staff: row.try_get("staff")?,
        guardians: row.try_get("guardians")?,
        classes,
        may: AdminRights {
            appoint: Function::ALL.iter().copied().filter(|&function| may(Act::Appoint(function))).collect(),
            list_students: may(Act::ListStudents),
            link_team: may(Act::LinkTeam),
            link_guardians: may(Act::LinkGuardian),
            close_accounts: may(Act::CloseAccount),
            break_glass: may(Act::BreakGlass),
            review_emergencies: may(Act::ReviewEmergencies),
        },
    })
}

/// A page of the people of a school, recorded.
///
/// # Errors
/// [`Error::NotFound`] when the school is not the asker's to administer.
pub async fn list(store: &Store, asker: Asker, query: PeopleQuery) -> Result<PeoplePage, Error> {
    let subject =
        Subject { action: Action::ViewPeople, student: None, resource: format!("school/{}/people", query.school) };
    recorded(store, asker, subject, move |transaction, asker| {
        Box::pin(async move {
            let actor = in_school(transaction, asker.user, query.school, Act::ListPeople).await?;
            let (name, id) = query.after.unzip();
            let statement = transaction.prepare_cached(LIST_PEOPLE).await?;
            let kind = query.kind.map(UserKind::as_str);
            let rows = transaction
                .query(&statement, &[&query.school.0, &query.part_of_name, &kind, &name, &id, &(query.limit + 1)])
                .await?;
            let page = rows.len().min(usize::try_from(query.limit).unwrap_or_default());
            let next_cursor = if rows.len() > page { rows[..page].last().map(cursor).transpose()? } else { None };
            let mut people = rows[..page].iter().map(|row| person(row, asker.user)).collect::<Result<Vec<_>, _>>()?;
            tie(transaction, &mut people, Some(query.school), may_any(&actor, Act::ListStudents)).await?;
            people.iter_mut().for_each(AdminPerson::leave_out_kept_away);
            Ok(PeoplePage { people, next_cursor })
        })
    })
    .await
}

/// One person with a tie to a school of the asker, recorded.
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub async fn show(store: &Store, asker: Asker, user: UserId) -> Result<AdminPersonDetail, Error> {
    let subject = Subject { action: Action::ViewPeople, student: None, resource: format!("user/{user}") };
    recorded(store, asker, subject, move |transaction, asker| {
        Box::pin(async move {
            let (mut person, actor) = find(transaction, asker.user, user).await?;
            let elsewhere = accounts::has_ties_elsewhere(transaction, user).await?;
            let may_close = accounts::may_close(&person, &actor, elsewhere);
            if !actor.values().any(|functions| may_any(functions, Act::ListStudents)) {
                (person.links, person.guardianships) = (Vec::new(), Vec::new());
            }
            person.leave_out_kept_away();
            let may_reset = may_close && resets::is_the_way(transaction, user).await?;
            Ok(AdminPersonDetail { person, may_close, may_reset, elsewhere })
        })
    })
    .await
}

/// The asker's functions in each school they administer.
pub(super) type Actor = HashMap<Uuid, Vec<Function>>;

/// A person in the asker's scope with all ties in it, and the asker's functions.
pub(super) async fn find(
    transaction: &Transaction<'_>,
    asker: UserId,
    user: UserId,
) -> Result<(AdminPerson, Actor), Error> {
    let statement = transaction.prepare_cached(FIND_PERSON).await?;
    let row = transaction.query_opt(&statement, &[&user.0]).await?.ok_or(Error::NotFound)?;
    let mut people = [person(&row, asker)?];
    tie(transaction, &mut people, None, true).await?;
    let statement = transaction.prepare_cached(LIST_SCHOOLS).await?;
    let mut actor = Actor::new();
    for row in transaction.query(&statement, &[&None::<Uuid>, &asker.0]).await? {
        actor.insert(row.try_get("school_id")?, functions(&row)?);
    }
    if !actor.values().any(|functions| may_any(functions, Act::ListPeople)) {
        return Err(Error::NotFound);
    }
    let [person] = people;
    Ok((person, actor))
}

async fn tie(
    transaction: &Transaction<'_>,
    people: &mut [AdminPerson],
    school: Option<SchoolId>,
    with_students: bool,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = people.iter().map(|person| person.user_id).collect();
    let school = school.map(|school| school.0);
    let statement = transaction.prepare_cached(LIST_FUNCTIONS).await?;
    let rows = transaction.query(&statement, &[&ids, &school]).await?;
    let mut functions = rows.iter().map(function).collect::<Result<Vec<_>, Error>>()?;
    let (mut links, mut guardianships) = if with_students {
        (
            links(transaction, Some(&ids), None, school).await?,
            guardianships(transaction, Some(&ids), None, school).await?,
        )
    } else {
        (Vec::new(), Vec::new())
    };
    for person in people {
        let user = person.user_id;
        person.functions = functions.extract_if(.., |function| function.user_id == user).collect();
        person.links = links.extract_if(.., |link| link.user_id == user).collect();
        person.guardianships = guardianships.extract_if(.., |guardianship| guardianship.user_id == user).collect();
    }
    Ok(())
}

/// Reads in one transaction with its record; what is not found leaves a record too.
pub(super) async fn recorded<T, F>(store: &Store, asker: Asker, subject: Subject, work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: for<'a> FnOnce(&'a Transaction<'a>, Asker) -> futures_util::future::BoxFuture<'a, Result<T, Error>>
        + Send
        + 'static,
{
    let action = subject.action;
    let (event, refused) =
        (subject.event(&asker, action, Outcome::Allowed), subject.event(&asker, action, Outcome::Denied));
    let found = store
        .as_registrar(Some(asker.user), move |transaction| {
            Box::pin(async move {
                let found = work(transaction, asker).await?;
                audit::append_in(transaction, &event).await?;
                Ok(found)
            })
        })
        .await;
    if matches!(found, Err(Error::NotFound)) {
        audit::append(store, refused).await?;
    }
    found
}

/// How the next page is asked for.
pub(super) fn cursor(row: &Row) -> Result<String, Error> {
    let (name, id): (&str, Uuid) = (row.try_get("searchable_name")?, row.try_get(0)?);
    Ok(format!("{id}{name}"))
}

fn person(row: &Row, asker: UserId) -> Result<AdminPerson, Error> {
    let user_id: Uuid = row.try_get("user_id")?;
    Ok(AdminPerson {
        user_id,
        name: row.try_get("name")?,
        kind: row.try_get::<_, &str>("kind")?.parse()?,
        closed_at: row.try_get("disabled_at")?,
        is_self: user_id == asker.0,
        functions: Vec::new(),
        links: Vec::new(),
        guardianships: Vec::new(),
    })
}

fn function(row: &Row) -> Result<AdminFunction, Error> {
    Ok(AdminFunction {
        function_id: row.try_get("staff_function_id")?,
        user_id: row.try_get("user_id")?,
        function: row.try_get::<_, &str>("function")?.parse()?,
        school_id: row.try_get("school_id")?,
        school_name: row.try_get("school_name")?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
        version: row.try_get("version")?,
    })
}
