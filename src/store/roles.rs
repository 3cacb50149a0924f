//! The five database roles and the database itself, made once per cluster by its superuser.
//!
//! A migration cannot make them (it is not a superuser), and the server never runs this: `dev` does it for its private
//! cluster, an operator by hand or by infrastructure for any other. Idempotent. Read next: `sql/README.md`.

use tokio_postgres::Client;

use super::Error;

const FIND_ROLE: &str = include_str!("../../sql/queries/roles/find_role.sql");
const COMPOSE_CREATE_ROLE: &str = include_str!("../../sql/queries/roles/compose_create_role.sql");
const COMPOSE_SET_PASSWORD: &str = include_str!("../../sql/queries/roles/compose_set_password.sql");
const FIND_DATABASE: &str = include_str!("../../sql/queries/roles/find_database.sql");
const COMPOSE_CREATE_DATABASE: &str = include_str!("../../sql/queries/roles/compose_create_database.sql");
const CLOSE_PUBLIC_SCHEMA: &str = include_str!("../../sql/queries/roles/close_public_schema.sql");

/// Owns the schema; migrations and demo data.
pub const OWNER: &str = "kazumi_owner";
/// Serves requests, one identity per transaction.
pub const APP: &str = "kazumi_app";
/// Journals and rooms.
pub const WRITER: &str = "kazumi_writer";
/// Changes who is who: people, functions, links, credentials and, with them, the grants. One identity per transaction.
pub const REGISTRAR: &str = "kazumi_registrar";
/// Reads everything, changes nothing.
pub const BACKUP: &str = "kazumi_backup";

/// Makes the role, or sets its password again when it exists.
///
/// # Errors
/// When `superuser` is not one, or the database does not answer.
pub async fn ensure_role(superuser: &Client, name: &str, password: &str) -> Result<(), Error> {
    let compose = match superuser.query_opt(FIND_ROLE, &[&name]).await? {
        Some(_) => COMPOSE_SET_PASSWORD,
        None => COMPOSE_CREATE_ROLE,
    };
    let statement: String = superuser.query_one(compose, &[&name, &password]).await?.try_get(0)?;
    Ok(superuser.batch_execute(&statement).await?)
}

/// Makes a database owned by [`OWNER`] as a copy of `template` (`template0` for an empty one). Returns whether it is new.
///
/// # Errors
/// When `superuser` is not one, or somebody is connected to the template.
pub async fn ensure_database(superuser: &Client, name: &str, template: &str) -> Result<bool, Error> {
    if superuser.query_opt(FIND_DATABASE, &[&name]).await?.is_some() {
        return Ok(false);
    }
    let statement = superuser.query_one(COMPOSE_CREATE_DATABASE, &[&name, &OWNER, &template]).await?;
    superuser.batch_execute(statement.try_get(0)?).await?;
    Ok(true)
}

/// Takes from everybody but the owner the right to make objects in the public schema of the connected database.
///
/// # Errors
/// When `superuser` is not one.
pub async fn close_public_schema(superuser: &Client) -> Result<(), Error> {
    superuser.execute(CLOSE_PUBLIC_SCHEMA, &[]).await?;
    Ok(())
}
