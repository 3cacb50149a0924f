//! Changing a password: with the old one, or with what a mail said. Either ends sessions in the same transaction and tells the owner by mail.
//! Whether a password is good enough is `auth::password_rule`; the database lets a transaction change its own person's and no other.

use deadpool_postgres::Transaction;
use uuid::Uuid;

use super::accounts::{self, Person};
use super::administration::resets;
use super::audit::{self, Action, Event, Outcome};
use super::outbox::{self, Letter};
use super::{Error, Store};
use crate::domain::ids::{LoginSessionId, UserId};

const SET_OWN: &str = include_str!("../../sql/queries/passwords/set_own.sql");
const END_SESSIONS: &str = include_str!("../../sql/queries/passwords/end_sessions.sql");
const FIND_ACCOUNT: &str = include_str!("../../sql/queries/passwords/find_account.sql");
const INSERT_RESET: &str = include_str!("../../sql/queries/passwords/insert_reset.sql");
const TRY_CODE: &str = include_str!("../../sql/queries/passwords/try_code.sql");
const FIND_RESET: &str = include_str!("../../sql/queries/passwords/find_reset.sql");
const USE_RESET: &str = include_str!("../../sql/queries/passwords/use_reset.sql");

/// A new password with the old one: whose, on which device, in which request.
#[derive(Clone)]
pub struct Change {
    /// The person.
    pub user: UserId,
    /// The session that goes on.
    pub session: LoginSessionId,
    /// PHC string.
    pub password_hash: String,
    /// To the owner, if mails leave this server.
    pub letter: Option<Letter>,
    /// The request.
    pub request_id: String,
}

/// A request for a new password that still counts.
#[derive(Clone)]
pub struct OpenReset {
    id: Uuid,
    /// Whose it is.
    pub person: Person,
    /// The address of the account.
    pub email: String,
}

/// The stored form of what somebody shows for a new password.
#[derive(Clone)]
pub enum Shown {
    /// SHA-256 of a token from a mail.
    Token(Vec<u8>),
    /// A code on paper: what finds it, and its keyed hash.
    Code(String, Vec<u8>),
}

/// Changes the password and ends all other sessions. Returns the person with the new version of the credentials, for which this session
/// needs a new access token: the one it has ends as well.
///
/// # Errors
/// [`Error::NotFound`] when the account has no credentials or is closed.
pub async fn change(store: &Store, change: Change) -> Result<Person, Error> {
    store
        .as_person(Some(change.user), move |transaction| {
            Box::pin(async move {
                set(transaction, change.user, &change.password_hash, Some(change.session)).await?;
                if let Some(letter) = &change.letter {
                    outbox::post_in(transaction, letter).await?;
                }
                let event = Event {
                    actor: Some(change.user),
                    session: Some(change.session),
                    request_id: Some(change.request_id),
                    ..Event::new(Action::ChangePassword, Outcome::Allowed)
                };
                audit::append_in(transaction, &event).await?;
                accounts::person_in(transaction, change.user).await
            })
        })
        .await
}

/// Writes down a request for a new password, with its mail. Returns whether there is such an account, which nobody outside may learn.
///
/// * `token_hash`: SHA-256 of the token in the mail
///
/// # Errors
/// Database errors.
pub async fn request(store: &Store, letter: Letter, token_hash: Vec<u8>, request_id: String) -> Result<bool, Error> {
    let email = letter.recipient.clone();
    let account = store
        .as_person(None, move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(FIND_ACCOUNT).await?;
                let row = transaction.query_opt(&statement, &[&email]).await?;
                row.map(|row| Ok((UserId(row.try_get("user_id")?), row.try_get::<_, i32>("auth_version")?))).transpose()
            })
        })
        .await?;
    let Some((user, version)) = account else { return Ok(false) };
    match accounts::find_person(store, user).await {
        Ok(_) => {}
        Err(Error::NotFound) => return Ok(false),
        Err(other) => return Err(other),
    }
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(INSERT_RESET).await?;
                transaction.execute(&statement, &[&Uuid::now_v7(), &user.0, &token_hash, &version]).await?;
                outbox::post_in(transaction, &letter).await?;
                let event = Event {
                    actor: Some(user),
                    request_id: Some(request_id),
                    ..Event::new(Action::RequestReset, Outcome::Allowed)
                };
                audit::append_in(transaction, &event).await?;
                Ok(true)
            })
        })
        .await
}

/// The request that a secret belongs to. A wrong code costs a try.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown, used, too late, of a closed account, or older than the last change of the password; and for a code
/// whose maker may no longer make it.
pub async fn find_reset(store: &Store, shown: Shown) -> Result<OpenReset, Error> {
    let (id, user, issuer) = store
        .as_person(None, move |transaction| {
            Box::pin(async move {
                let row = match shown {
                    Shown::Token(hash) => {
                        let statement = transaction.prepare_cached(FIND_RESET).await?;
                        transaction.query_opt(&statement, &[&hash]).await?
                    }
                    Shown::Code(locator, hash) => {
                        let statement = transaction.prepare_cached(TRY_CODE).await?;
                        transaction.query_opt(&statement, &[&locator, &hash]).await?
                    }
                };
                // Not an error yet: the transaction that counted a wrong try must be committed.
                let Some(row) = row else { return Ok(None) };
                let issuer = row.try_get::<_, Option<Uuid>>("issued_by")?;
                Ok(Some((row.try_get::<_, Uuid>("reset_id")?, UserId(row.try_get("user_id")?), issuer.map(UserId))))
            })
        })
        .await?
        .ok_or(Error::NotFound)?;
    if let Some(issuer) = issuer
        && !resets::may_still(store, issuer, user).await?
    {
        return Err(Error::NotFound);
    }
    let email = accounts::find_email(store, user).await?;
    Ok(OpenReset { id, person: accounts::find_person(store, user).await?, email })
}

/// Uses a request: sets the password, ends all sessions.
///
/// # Errors
/// [`Error::NotFound`] when somebody else used it meanwhile.
pub async fn reset(
    store: &Store,
    reset: OpenReset,
    password_hash: String,
    letter: Option<Letter>,
    request_id: String,
) -> Result<(), Error> {
    let user = reset.person.user;
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(USE_RESET).await?;
                if !transaction.query_one(&statement, &[&reset.id]).await?.try_get::<_, bool>("used")? {
                    return Err(Error::NotFound);
                }
                set(transaction, user, &password_hash, None).await?;
                if let Some(letter) = &letter {
                    outbox::post_in(transaction, letter).await?;
                }
                let event = Event {
                    actor: Some(user),
                    resource: Some(format!("reset/{}", reset.id)),
                    request_id: Some(request_id),
                    ..Event::new(Action::ResetPassword, Outcome::Allowed)
                };
                audit::append_in(transaction, &event).await
            })
        })
        .await
}

async fn set(
    transaction: &Transaction<'_>,
    user: UserId,
    hash: &str,
    stays: Option<LoginSessionId>,
) -> Result<(), Error> {
    let statement = transaction.prepare_cached(SET_OWN).await?;
    let row = transaction.query_one(&statement, &[&hash]).await?;
    row.try_get::<_, Option<i32>>("auth_version")?.ok_or(Error::NotFound)?;
    let statement = transaction.prepare_cached(END_SESSIONS).await?;
    transaction.execute(&statement, &[&user.0, &stays.map(|session| session.0)]).await?;
    Ok(())
}
