//! People as they sign in: credentials, name, functions. Checks no password; see `auth::password`.

use deadpool_postgres::Transaction;
use tokio_postgres::Client;
use uuid::Uuid;

use super::{Error, Store};
use crate::domain::ids::{NetworkId, SchoolId, UserId};
use crate::domain::people::{Function, UserKind};

const FIND_CREDENTIALS: &str = include_str!("../../sql/queries/accounts/find_credentials.sql");
const FIND_PASSWORD_HASH: &str = include_str!("../../sql/queries/accounts/find_password_hash.sql");
const FIND_AUTH_VERSION: &str = include_str!("../../sql/queries/accounts/find_auth_version.sql");
const FIND_EMAIL: &str = include_str!("../../sql/queries/accounts/find_email.sql");
const FIND_PERSON: &str = include_str!("../../sql/queries/accounts/find_person.sql");
const LIST_FUNCTIONS: &str = include_str!("../../sql/queries/accounts/list_functions.sql");
const FIND_NETWORK: &str = include_str!("../../sql/queries/accounts/find_network.sql");
const INSERT_NETWORK: &str = include_str!("../../sql/queries/accounts/insert_network.sql");
const INSERT_USER: &str = include_str!("../../sql/queries/accounts/insert_user.sql");
const INSERT_CREDENTIALS: &str = include_str!("../../sql/queries/accounts/insert_credentials.sql");
const INSERT_FUNCTION: &str = include_str!("../../sql/queries/accounts/insert_function.sql");

/// What a password is checked against.
pub struct Credentials {
    /// The person.
    pub user: UserId,
    /// PHC string.
    pub password_hash: String,
}

/// A function somebody exercises today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldFunction {
    /// Which.
    pub function: Function,
    /// Where; `None` is the whole network.
    pub school: Option<(SchoolId, String)>,
}

/// A person who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person.
    pub user: UserId,
    /// Full name.
    pub name: String,
    /// Kind of account.
    pub kind: UserKind,
    /// Version of the credentials, for access tokens.
    pub auth_version: i32,
    /// Functions exercised today.
    pub functions: Vec<HeldFunction>,
}

/// Looks up an e-mail address (any case).
///
/// # Errors
/// Database errors; an unknown address is `Ok(None)`.
pub async fn find_credentials(store: &Store, email: &str) -> Result<Option<Credentials>, Error> {
    let email = email.to_lowercase();
    store
        .as_person(None, move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(FIND_CREDENTIALS).await?;
                let Some(row) = transaction.query_opt(&statement, &[&email]).await? else { return Ok(None) };
                Ok(Some(Credentials {
                    user: UserId(row.try_get("user_id")?),
                    password_hash: row.try_get("password_hash")?,
                }))
            })
        })
        .await
}

/// The password hash of a person who is signed in.
///
/// # Errors
/// [`Error::NotFound`] when the account has no credentials.
pub async fn find_password_hash(store: &Store, user: UserId) -> Result<String, Error> {
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(FIND_PASSWORD_HASH).await?;
                let row = transaction.query_opt(&statement, &[&user.0]).await?.ok_or(Error::NotFound)?;
                Ok(row.try_get("password_hash")?)
            })
        })
        .await
}

/// The address a person signs in with, in lower case.
///
/// # Errors
/// [`Error::NotFound`] when the account has no credentials.
pub async fn find_email(store: &Store, user: UserId) -> Result<String, Error> {
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(FIND_EMAIL).await?;
                let row = transaction.query_opt(&statement, &[&user.0]).await?.ok_or(Error::NotFound)?;
                Ok(row.try_get("email")?)
            })
        })
        .await
}

/// The person with the given id.
///
/// # Errors
/// [`Error::NotFound`] when the account is disabled or does not exist.
pub async fn find_person(store: &Store, user: UserId) -> Result<Person, Error> {
    store.as_person(Some(user), move |transaction| Box::pin(person_in(transaction, user))).await
}

/// The same inside a transaction that acts for that person.
pub(super) async fn person_in(transaction: &Transaction<'_>, user: UserId) -> Result<Person, Error> {
    let statement = transaction.prepare_cached(FIND_PERSON).await?;
    let row = transaction.query_opt(&statement, &[&user.0]).await?.ok_or(Error::NotFound)?;
    let statement = transaction.prepare_cached(FIND_AUTH_VERSION).await?;
    let version = transaction.query_opt(&statement, &[&user.0]).await?.ok_or(Error::NotFound)?;
    let statement = transaction.prepare_cached(LIST_FUNCTIONS).await?;
    let mut functions = Vec::new();
    for row in transaction.query(&statement, &[&user.0]).await? {
        let school: Option<Uuid> = row.try_get("school_id")?;
        let school_name: Option<String> = row.try_get("school_name")?;
        functions.push(HeldFunction {
            function: row.try_get::<_, &str>("function")?.parse()?,
            school: school.map(|id| (SchoolId(id), school_name.unwrap_or_default())),
        });
    }
    Ok(Person {
        user,
        name: row.try_get("name")?,
        kind: row.try_get::<_, &str>("kind")?.parse()?,
        auth_version: version.try_get("auth_version")?,
        functions,
    })
}

/// An account to be made.
pub(super) struct NewPerson<'a> {
    /// The person.
    pub user: UserId,
    /// Their network.
    pub network: NetworkId,
    /// Kind of account.
    pub kind: UserKind,
    /// Full name.
    pub name: &'a str,
    /// Any case.
    pub email: &'a str,
    /// PHC string.
    pub password_hash: &'a str,
    /// Whether the address is known to be theirs.
    pub email_is_confirmed: bool,
}

/// Inserts a person and what they sign in with, as the owner or the registrar role.
pub(super) async fn insert_person(
    transaction: &tokio_postgres::Transaction<'_>,
    person: &NewPerson<'_>,
) -> Result<(), Error> {
    let (user, kind, email) = (person.user.0, person.kind.as_str(), person.email.to_lowercase());
    transaction.execute(INSERT_USER, &[&user, &person.network.0, &kind, &person.name]).await?;
    let values = (&email, &person.password_hash, &person.email_is_confirmed);
    transaction.execute(INSERT_CREDENTIALS, &[&user, values.0, values.1, values.2]).await?;
    Ok(())
}

/// Makes a manager of a network, and the network if there is none of that name. Runs as the owner role.
///
/// * `email`: any case
/// * `password_hash`: PHC string
///
/// # Errors
/// [`Error::Conflict`] with `credentials_email_unique` when the address is taken.
pub async fn create_network_manager(
    owner: &mut Client,
    network: &str,
    name: &str,
    email: &str,
    password_hash: &str,
) -> Result<UserId, Error> {
    let transaction = owner.transaction().await?;
    let network_id = match transaction.query_opt(FIND_NETWORK, &[&network]).await? {
        Some(row) => NetworkId(row.try_get("network_id")?),
        None => {
            let id = NetworkId::generate();
            transaction.execute(INSERT_NETWORK, &[&id.0, &network]).await?;
            id
        }
    };
    let user = UserId::generate();
    let (kind, email_is_confirmed) = (UserKind::Staff, true);
    let person = NewPerson { user, network: network_id, kind, name, email, password_hash, email_is_confirmed };
    insert_person(&transaction, &person).await?;
    let function = Function::NetworkManager.as_str();
    transaction.execute(INSERT_FUNCTION, &[&Uuid::now_v7(), &user.0, &None::<Uuid>, &function]).await?;
    transaction.commit().await?;
    Ok(user)
}
