//! Taking an invitation. Whoever holds the secret is nobody yet, so everything here acts for the person who invited: somebody who may no
//! longer appoint can no longer be the reason for an appointment.

use deadpool_postgres::Transaction;
use uuid::Uuid;

use super::{Invitation, lock_open};
use crate::domain::ids::{InvitationId, LoginSessionId, NetworkId, StudentId, UserId};
use crate::domain::invitation::{Offer, may_join};
use crate::domain::people::UserKind;
use crate::domain::permission::{self, Relation};
use crate::store::accounts::{self, NewPerson, Person};
use crate::store::audit::{self, Action, Event, Outcome};
use crate::store::{Error, Store, grants};

const OPEN_BY_TOKEN: &str = include_str!("../../../sql/queries/invitations/open_by_token.sql");
const OPEN_BY_CODE: &str = include_str!("../../../sql/queries/invitations/open_by_code.sql");
const MARK_ACCEPTED: &str = include_str!("../../../sql/queries/invitations/mark_accepted.sql");
const INSERT_FUNCTION: &str = include_str!("../../../sql/queries/invitations/insert_function.sql");
const INSERT_TEAM_LINK: &str = include_str!("../../../sql/queries/invitations/insert_team_link.sql");
const INSERT_GUARDIANSHIP: &str = include_str!("../../../sql/queries/invitations/insert_guardianship.sql");
const LIST_STUDENTS_OF_SCHOOL: &str = include_str!("../../../sql/queries/invitations/list_students_of_school.sql");
const FIND_NETWORK_OF_USER: &str = include_str!("../../../sql/queries/invitations/find_network_of_user.sql");

/// The stored form of what somebody shows.
#[derive(Clone)]
pub enum Shown {
    /// SHA-256 of a token.
    Token(Vec<u8>),
    /// A printed code: what finds it, and its keyed hash.
    Code(String, Vec<u8>),
}

/// An invitation that is open, and the person it is taken for.
#[derive(Clone)]
pub struct Open {
    /// The invitation.
    pub invitation: Invitation,
    inviter: Person,
}

/// Who takes an invitation and has no account.
#[derive(Clone)]
pub struct Newcomer {
    /// Full name.
    pub name: String,
    /// For a printed code; an invitation by mail fixes the address.
    pub email: Option<String>,
    /// PHC string.
    pub password_hash: String,
}

/// Who takes an invitation with the account they have.
#[derive(Clone, Copy)]
pub struct Member {
    /// The person.
    pub user: UserId,
    /// The device.
    pub session: LoginSessionId,
}

/// Finds the invitation that belongs to a secret. A wrong code costs a try.
///
/// # Errors
/// [`Error::NotFound`] for an unknown, used, withdrawn or expired one, for one without tries left, and for one whose inviter may no longer
/// make it.
pub async fn open(store: &Store, shown: Shown) -> Result<Open, Error> {
    let (id, inviter) = store
        .as_person(None, move |transaction| {
            Box::pin(async move {
                let row = match shown {
                    Shown::Token(hash) => {
                        let statement = transaction.prepare_cached(OPEN_BY_TOKEN).await?;
                        transaction.query_opt(&statement, &[&hash]).await?
                    }
                    Shown::Code(locator, hash) => {
                        let statement = transaction.prepare_cached(OPEN_BY_CODE).await?;
                        transaction.query_opt(&statement, &[&locator, &hash]).await?
                    }
                };
                // Not an error yet: the transaction that counted a wrong try must be committed.
                row.map(|row| Ok((InvitationId(row.try_get("invitation_id")?), UserId(row.try_get("inviter_id")?))))
                    .transpose()
            })
        })
        .await?
        .ok_or(Error::NotFound)?;
    let inviter = accounts::find_person(store, inviter).await?;
    let person = inviter.clone();
    let invitation = store
        .as_registrar(Some(inviter.user), move |transaction| {
            Box::pin(async move { lock_open(transaction, &person, id).await })
        })
        .await?;
    Ok(Open { invitation, inviter })
}

/// Makes the account and all that the invitation gives it, in one transaction. Of any number at once, one succeeds.
///
/// # Errors
/// [`Error::NotFound`] when somebody else took it meanwhile; [`Error::Conflict`] with `credentials_email_unique` when the address belongs to
/// an account already: nothing is used up.
pub async fn accept(store: &Store, open: Open, newcomer: Newcomer, request_id: String) -> Result<UserId, Error> {
    let Open { invitation, inviter } = open;
    store
        .as_registrar(Some(inviter.user), move |transaction| {
            Box::pin(async move {
                let invitation = lock_open(transaction, &inviter, invitation.id).await?;
                let user = UserId::generate();
                let by_mail = invitation.email.is_some();
                let email = invitation.email.clone().or(newcomer.email).ok_or(Error::NotFound)?;
                let person = NewPerson {
                    user,
                    network: invitation.network,
                    kind: invitation.offer.kind(),
                    name: &newcomer.name,
                    email: &email,
                    password_hash: &newcomer.password_hash,
                    email_is_confirmed: by_mail,
                };
                accounts::insert_person(transaction, &person).await?;
                give(transaction, &invitation, user).await?;
                record(transaction, &invitation, user, None, request_id).await?;
                Ok(user)
            })
        })
        .await
}

/// Why somebody with an account cannot take an invitation with it.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// It was meant for another address, another network or another kind of account.
    #[error("the invitation is not for this account")]
    NotForThisAccount,
    /// [`Error::NotFound`] when somebody else took it meanwhile; database errors.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Adds what the invitation gives to an account that exists.
///
/// # Errors
/// See [`JoinError`].
pub async fn join(store: &Store, open: Open, member: Member, request_id: String) -> Result<(), JoinError> {
    let Open { invitation, inviter } = open;
    let email = accounts::find_email(store, member.user).await?;
    if invitation.email.as_ref().is_some_and(|invited| *invited != email) {
        return Err(JoinError::NotForThisAccount);
    }
    let is_for_them = store
        .as_registrar(Some(inviter.user), move |transaction| {
            Box::pin(async move {
                let invitation = lock_open(transaction, &inviter, invitation.id).await?;
                let statement = transaction.prepare_cached(FIND_NETWORK_OF_USER).await?;
                let Some(row) = transaction.query_opt(&statement, &[&member.user.0]).await? else { return Ok(false) };
                let network = NetworkId(row.try_get("network_id")?);
                let kind: UserKind = row.try_get::<_, &str>("kind")?.parse()?;
                if network != invitation.network || !may_join(kind, invitation.offer.kind()) {
                    return Ok(false);
                }
                give(transaction, &invitation, member.user).await?;
                record(transaction, &invitation, member.user, Some(member.session), request_id).await?;
                Ok(true)
            })
        })
        .await?;
    if is_for_them { Ok(()) } else { Err(JoinError::NotForThisAccount) }
}

/// Inserts what the offer says and rewrites the grants that follow from it.
async fn give(transaction: &Transaction<'_>, invitation: &Invitation, user: UserId) -> Result<(), Error> {
    let school = invitation.school.0;
    let mut students = Vec::new();
    match &invitation.offer {
        Offer::Staff { function, team } => {
            if let Some(function) = function {
                let statement = transaction.prepare_cached(INSERT_FUNCTION).await?;
                let (id, name) = (Uuid::now_v7(), function.as_str());
                transaction.execute(&statement, &[&id, &user.0, &school.0, &name]).await?;
                if permission::reaches(Relation::School(*function)) {
                    let statement = transaction.prepare_cached(LIST_STUDENTS_OF_SCHOOL).await?;
                    for row in transaction.query(&statement, &[&school.0]).await? {
                        students.push(StudentId(row.try_get("student_id")?));
                    }
                }
            }
            if let Some((student, function)) = team {
                let statement = transaction.prepare_cached(INSERT_TEAM_LINK).await?;
                let (id, function) = (Uuid::now_v7(), function.as_str());
                transaction.execute(&statement, &[&id, &student.0, &user.0, &function]).await?;
                if !students.contains(student) {
                    students.push(*student);
                }
            }
        }
        Offer::Guardian { student, kinship, custody, can_write } => {
            let statement = transaction.prepare_cached(INSERT_GUARDIANSHIP).await?;
            let (id, custody) = (Uuid::now_v7(), custody.as_str());
            transaction.execute(&statement, &[&id, &student.0, &user.0, kinship, &custody, can_write]).await?;
            students.push(*student);
        }
    }
    // Direction and coordination reach every student of the school: once for all of them, and only what is this person's.
    students.sort_unstable();
    grants::lock(transaction, &students).await?;
    grants::rebuild(transaction, &students, Some(user)).await?;
    Ok(())
}

async fn record(
    transaction: &Transaction<'_>,
    invitation: &Invitation,
    user: UserId,
    session: Option<LoginSessionId>,
    request_id: String,
) -> Result<(), Error> {
    let statement = transaction.prepare_cached(MARK_ACCEPTED).await?;
    transaction.execute(&statement, &[&invitation.id.0, &user.0]).await?;
    let event = Event {
        actor: Some(user),
        session,
        student: invitation.offer.student(),
        resource: Some(format!("invitation/{}", invitation.id)),
        request_id: Some(request_id),
        ..Event::new(Action::AcceptInvitation, Outcome::Allowed)
    };
    audit::append_in(transaction, &event).await
}
