//! Who is who: reading and changing functions, team links, guardianships and accounts, as the registrar role and always for the person who asks.
//!
//! What a function may do is `domain::administration`; which rows a person can reach at all is row-level security. Every act locks, reads what
//! the person concerned sees, writes, rewrites the grants, and compares: the answer and the preview come from the same code ([`act`]).

pub mod accounts;
pub mod act;
pub mod corrections;
pub mod emergencies;
pub mod functions;
pub mod guardians;
pub mod links;
pub mod people;
pub mod resets;
pub mod students;
pub mod views;

use deadpool_postgres::Transaction;
use tokio_postgres::Row;

use super::Error;
use crate::domain::administration::{Act, Refusal, may_any};
use crate::domain::ids::{SchoolId, UserId};
use crate::domain::people::Function;

const FIND_FUNCTIONS: &str = include_str!("../../../sql/queries/administration/find_functions.sql");

/// The functions in which somebody administers a school.
///
/// # Errors
/// [`Error::NotFound`] unless they may at least do `least` there: the school does not exist for others.
async fn in_school(
    transaction: &Transaction<'_>,
    person: UserId,
    school: SchoolId,
    least: Act,
) -> Result<Vec<Function>, Error> {
    let statement = transaction.prepare_cached(FIND_FUNCTIONS).await?;
    let row = transaction.query_opt(&statement, &[&school.0, &person.0]).await?.ok_or(Error::NotFound)?;
    let functions = functions(&row)?;
    if may_any(&functions, least) { Ok(functions) } else { Err(Error::NotFound) }
}

/// Refuses an act that the functions do not allow, or about oneself: nobody changes their own ties.
fn allow(actor: &[Function], act: Act, asker: UserId, concerned: UserId) -> Result<(), Refusal> {
    if asker != concerned && may_any(actor, act) { Ok(()) } else { Err(Refusal::NotAllowed) }
}

fn functions(row: &Row) -> Result<Vec<Function>, Error> {
    let texts: Vec<&str> = row.try_get("functions")?;
    texts.into_iter().map(|text| Ok(text.parse()?)).collect()
}
