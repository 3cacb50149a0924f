//! Login sessions and their refresh tokens. The judgement is `domain::session`; this file locks, reads, asks and writes.

use deadpool_postgres::Transaction;
use time::OffsetDateTime;

use super::accounts::{self, Person};
use super::audit::{self, Action, Event, Outcome};
use super::{Error, Store};
use crate::domain::device::{Browser, System};
use crate::domain::ids::{LoginSessionId, UserId};
use crate::domain::second_factor::{self, Owed};
use crate::domain::session::{CONFIRMATION_LASTS, Caller, ShownToken, Standing, Verdict, ends, idle, judge};

const INSERT: &str = include_str!("../../sql/queries/sessions/insert.sql");
const INSERT_TOKEN: &str = include_str!("../../sql/queries/sessions/insert_token.sql");
const LOCK_BY_TOKEN: &str = include_str!("../../sql/queries/sessions/lock_by_token.sql");
const FIND_TOKEN: &str = include_str!("../../sql/queries/sessions/find_token.sql");
const MARK_TOKEN_USED: &str = include_str!("../../sql/queries/sessions/mark_token_used.sql");
const REVOKE: &str = include_str!("../../sql/queries/sessions/revoke.sql");
const CONFIRM: &str = include_str!("../../sql/queries/sessions/confirm.sql");
const IS_CONFIRMED: &str = include_str!("../../sql/queries/sessions/is_confirmed.sql");
const STANDING: &str = include_str!("../../sql/queries/sessions/standing.sql");
const TOUCH: &str = include_str!("../../sql/queries/sessions/touch.sql");
const SETTLE: &str = include_str!("../../sql/queries/sessions/settle.sql");

/// A session and the person it belongs to.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub person: Person,
    /// The session.
    pub session: LoginSessionId,
    /// When it ends by itself.
    pub expires_at: OffsetDateTime,
    /// What it owes before it opens anything.
    pub owed: Option<Owed>,
}

/// A session that is about to begin.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose.
    pub user: UserId,
    /// SHA-256 of the first refresh token.
    pub token_hash: Vec<u8>,
    /// Others use this computer too.
    pub shared_computer: bool,
    /// What the device calls itself.
    pub device: (Browser, System),
    /// Whether this server insists on a second factor for whoever needs one.
    pub insists: bool,
}

/// What became of a refresh token that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The successor is stored; now and at a retry it is the same one.
    Continued {
        /// The person.
        user: UserId,
        /// The session.
        session: LoginSessionId,
        /// Place of the shown token in its family.
        generation: i32,
        /// When the session ends by itself.
        expires_at: OffsetDateTime,
        /// What it still owes.
        owed: Option<Owed>,
    },
    /// The session is over: it ended before, or ends now because the token had been used.
    Ended,
}

/// Starts a session for a person whose password was right, and records the sign-in.
/// Whoever has a second factor, or needs one, begins with a session that owes it.
///
/// # Errors
/// [`Error::NotFound`] when the account is disabled.
pub async fn create(
    store: &Store,
    new: NewSession,
    request_id: String,
    now: OffsetDateTime,
) -> Result<SignedIn, Error> {
    let NewSession { user, token_hash, shared_computer, device: (browser, system), insists } = new;
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let person = accounts::person_in(transaction, user).await?;
                let statement = transaction.prepare_cached(super::second_factor::STATUS).await?;
                let enrolled: bool = transaction.query_one(&statement, &[&user.0]).await?.try_get("enrolled")?;
                let functions = person.functions.iter().map(|held| held.function);
                let needed = insists && second_factor::is_needed(person.kind, functions);
                let owed = second_factor::owed(needed, enrolled);
                let session = LoginSessionId::generate();
                let [expires_at, latest_end] = ends(now, person.kind, shared_computer, owed);
                let (owes, browser, system) = (owed.map(Owed::as_str), browser.as_str(), system.as_str());
                let alone = idle(person.kind, shared_computer).as_seconds_f64();
                let statement = transaction.prepare_cached(INSERT).await?;
                transaction
                    .execute(
                        &statement,
                        &[
                            &session.0,
                            &user.0,
                            &expires_at,
                            &latest_end,
                            &owes,
                            &shared_computer,
                            &browser,
                            &system,
                            &alone,
                        ],
                    )
                    .await?;
                insert_token(transaction, &token_hash, session, 0).await?;
                let event = event(Action::Login, Outcome::Allowed, user, session, request_id);
                audit::append_in(transaction, &event).await?;
                Ok(SignedIn { person, session, expires_at, owed })
            })
        })
        .await
}

/// Shows a refresh token: rotates it, repeats the successor after a lost answer, or ends its session.
///
/// * `shown`: SHA-256 of the token
/// * `successor`: SHA-256 of the successor, given the session and the shown token's place in its family
///
/// # Errors
/// Database errors; an unknown token is [`Rotation::Ended`].
pub async fn rotate(
    store: &Store,
    shown: Vec<u8>,
    successor: impl FnOnce(LoginSessionId, i32) -> Vec<u8> + Send + 'static,
    request_id: String,
) -> Result<Rotation, Error> {
    store
        .as_person(None, move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(LOCK_BY_TOKEN).await?;
                let Some(row) = transaction.query_opt(&statement, &[&shown]).await? else { return Ok(Rotation::Ended) };
                let (session, user) = (LoginSessionId(row.try_get("session_id")?), UserId(row.try_get("user_id")?));
                let mut expires_at: OffsetDateTime = row.try_get("expires_at")?;
                let owed = row.try_get::<_, Option<&str>>("second_factor_owed")?.map(str::parse).transpose()?;
                let revoked = row.try_get("revoked")?;

                let statement = transaction.prepare_cached(FIND_TOKEN).await?;
                let row = transaction.query_one(&statement, &[&shown]).await?;
                let generation: i32 = row.try_get("generation")?;
                let token = ShownToken {
                    used_at: row.try_get("used_at")?,
                    successor_used: row.try_get("successor_used")?,
                    session_expires_at: expires_at,
                    session_revoked: revoked,
                };
                match judge(&token, row.try_get("now")?) {
                    Verdict::Rotate => {
                        let statement = transaction.prepare_cached(MARK_TOKEN_USED).await?;
                        transaction.execute(&statement, &[&shown]).await?;
                        insert_token(transaction, &successor(session, generation), session, generation + 1).await?;
                        let statement = transaction.prepare_cached(TOUCH).await?;
                        let row = transaction.query_one(&statement, &[&session.0]).await?;
                        expires_at = row.try_get("expires_at")?;
                    }
                    Verdict::Repeat => {}
                    Verdict::Reuse => {
                        end(transaction, session, "reuse").await?;
                        let event = event(Action::RefreshReused, Outcome::Denied, user, session, request_id);
                        audit::append_in(transaction, &event).await?;
                        return Ok(Rotation::Ended);
                    }
                    Verdict::Ended => return Ok(Rotation::Ended),
                }
                Ok(Rotation::Continued { user, session, generation, expires_at, owed })
            })
        })
        .await
}

/// Ends the session a refresh token belongs to. Unknown tokens and ended sessions are fine: the wish is fulfilled.
///
/// # Errors
/// Database errors.
pub async fn logout(store: &Store, shown: Vec<u8>, request_id: String) -> Result<(), Error> {
    store
        .as_person(None, move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(LOCK_BY_TOKEN).await?;
                let Some(row) = transaction.query_opt(&statement, &[&shown]).await? else { return Ok(()) };
                let (session, user) = (LoginSessionId(row.try_get("session_id")?), UserId(row.try_get("user_id")?));
                if end(transaction, session, "logout").await? {
                    let event = event(Action::Logout, Outcome::Allowed, user, session, request_id);
                    audit::append_in(transaction, &event).await?;
                }
                Ok(())
            })
        })
        .await
}

/// How the login session behind a token stands. The one rule of it, for requests and for sockets.
///
/// Cost: one statement over three primary keys.
///
/// # Errors
/// Database errors.
pub async fn standing(store: &Store, caller: Caller) -> Result<Standing, Error> {
    store.as_person(Some(caller.user), move |transaction| Box::pin(standing_in(transaction, caller))).await
}

/// The same, in a transaction that acts for the caller.
pub(super) async fn standing_in(transaction: &Transaction<'_>, caller: Caller) -> Result<Standing, Error> {
    let statement = transaction.prepare_cached(STANDING).await?;
    let row = transaction.query_one(&statement, &[&caller.session.0, &caller.auth_version]).await?;
    Ok(match row.try_get::<_, Option<&str>>("standing")? {
        Some("live") => Standing::Live,
        Some(owed) => Standing::Owes(owed.parse()?),
        None => Standing::Over,
    })
}

/// Nothing is owed any more, and the person has just shown who they are. In the transaction that took the proof.
pub(super) async fn settle_in(transaction: &Transaction<'_>, session: LoginSessionId) -> Result<(), Error> {
    let statement = transaction.prepare_cached(SETTLE).await?;
    transaction.execute(&statement, &[&session.0]).await?;
    Ok(())
}

/// Remembers that the person has just shown again who they are, and records it.
///
/// # Errors
/// Database errors.
pub async fn confirm(store: &Store, user: UserId, session: LoginSessionId, request_id: String) -> Result<(), Error> {
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(CONFIRM).await?;
                transaction.execute(&statement, &[&session.0]).await?;
                let event = event(Action::StepUp, Outcome::Allowed, user, session, request_id);
                audit::append_in(transaction, &event).await
            })
        })
        .await
}

/// Whether that was a short while ago ([`CONFIRMATION_LASTS`]).
///
/// # Errors
/// Database errors.
pub async fn is_confirmed(store: &Store, user: UserId, session: LoginSessionId) -> Result<bool, Error> {
    store
        .as_person(Some(user), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(IS_CONFIRMED).await?;
                let row =
                    transaction.query_opt(&statement, &[&session.0, &CONFIRMATION_LASTS.as_seconds_f64()]).await?;
                Ok(row.map(|row| row.try_get("confirmed")).transpose()?.unwrap_or_default())
            })
        })
        .await
}

/// Returns whether the session was still alive.
async fn end(transaction: &Transaction<'_>, session: LoginSessionId, why: &str) -> Result<bool, Error> {
    let statement = transaction.prepare_cached(REVOKE).await?;
    Ok(transaction.execute(&statement, &[&session.0, &why]).await? > 0)
}

async fn insert_token(
    transaction: &Transaction<'_>,
    hash: &[u8],
    session: LoginSessionId,
    generation: i32,
) -> Result<(), Error> {
    let statement = transaction.prepare_cached(INSERT_TOKEN).await?;
    transaction.execute(&statement, &[&hash, &session.0, &generation]).await?;
    Ok(())
}

pub(super) fn event(
    action: Action,
    outcome: Outcome,
    user: UserId,
    session: LoginSessionId,
    request_id: String,
) -> Event {
    Event { actor: Some(user), session: Some(session), request_id: Some(request_id), ..Event::new(action, outcome) }
}
