//! Invitations: making, listing and withdrawing them. Who may is `domain::invitation`, asked here with the functions that somebody exercises
//! now; the policies of the registrar role are the wall behind it. Read next: [`accept`].

pub mod accept;
pub mod purge;

use deadpool_postgres::Transaction;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::accounts::{self, Person};
use super::audit::{self, Action, Event, Outcome};
use super::outbox::{self, Letter};
use super::{Asker, Error, Store};
use crate::domain::ids::{InvitationId, NetworkId, SchoolId, StudentId, UserId};
use crate::domain::invitation::{Offer, right_to_offer};
use crate::domain::people::{Function, UserKind};

const INSERT: &str = include_str!("../../../sql/queries/invitations/insert.sql");
const FIND_SCHOOL_OF_STUDENT: &str = include_str!("../../../sql/queries/invitations/find_school_of_student.sql");
const LIST: &str = include_str!("../../../sql/queries/invitations/list.sql");
const LOCK_OPEN: &str = include_str!("../../../sql/queries/invitations/lock_open.sql");
const MARK_WITHDRAWN: &str = include_str!("../../../sql/queries/invitations/mark_withdrawn.sql");

/// How the secret reaches the invited person, and its stored form.
#[derive(Clone)]
pub enum Way {
    /// SHA-256 of the token in this mail.
    Mail {
        /// The hash.
        hash: Vec<u8>,
        /// The mail.
        letter: Letter,
    },
    /// A code on paper.
    Code {
        /// What finds it.
        locator: String,
        /// Keyed hash of the code.
        hash: Vec<u8>,
    },
}

/// An invitation to be made.
#[derive(Clone)]
pub struct NewInvitation {
    /// The invited person's name; 1 to 200 characters.
    pub name: String,
    /// What it makes of them.
    pub offer: Offer,
    /// The school; that of the student when there is only one.
    pub school: Option<SchoolId>,
    /// Mail or paper.
    pub way: Way,
}

/// An open invitation.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The network.
    pub network: NetworkId,
    /// The school and its name.
    pub school: (SchoolId, String),
    /// The invited person's name.
    pub name: String,
    /// Where its mail went; none for a printed code.
    pub email: Option<String>,
    /// What it makes of whoever takes it.
    pub offer: Offer,
    /// The student's full name, if it is about one.
    pub student_name: Option<String>,
    /// In which function the inviter made it.
    pub inviter_function: Function,
    /// Who made it; none where the asker does not see that person.
    pub inviter_name: Option<String>,
    /// Wrong codes that are still forgiven.
    pub tries_left: i32,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it ends by itself.
    pub expires_at: OffsetDateTime,
}

/// Makes an invitation, puts its mail into the outbox and records it.
///
/// # Errors
/// [`Error::NotFound`] when the asker may not offer this there, or there is no such school or student;
/// [`Error::Conflict`] with `invitations_locator` when another open code begins like this one: draw again.
pub async fn create(store: &Store, asker: Asker, new: NewInvitation) -> Result<(InvitationId, OffsetDateTime), Error> {
    let person = accounts::find_person(store, asker.user).await?;
    store
        .as_registrar(Some(asker.user), move |transaction| {
            Box::pin(async move {
                let school = place_of(transaction, &new).await?;
                let function = right(&person, &new.offer, school).ok_or(Error::NotFound)?;
                let (id, (team_student, team_function)) = (InvitationId::generate(), team(&new.offer));
                let (student, kinship, custody, can_write) = guardianship(&new.offer);
                let (email, hash, locator) = match &new.way {
                    Way::Mail { hash, letter } => (Some(&letter.recipient), hash, None),
                    Way::Code { locator, hash } => (None, hash, Some(locator)),
                };
                let statement = transaction.prepare_cached(INSERT).await?;
                let row = transaction
                    .query_opt(
                        &statement,
                        &[
                            &id.0,
                            &school.0,
                            &new.offer.kind().as_str(),
                            &new.name,
                            &email,
                            &exercised(&new.offer),
                            &student.or(team_student),
                            &team_function,
                            &kinship,
                            &custody,
                            &can_write,
                            &asker.user.0,
                            &function.as_str(),
                            hash,
                            &locator,
                        ],
                    )
                    .await?
                    .ok_or(Error::NotFound)?;
                if let Way::Mail { letter, .. } = &new.way {
                    outbox::post_in(transaction, letter).await?;
                }
                let event = event(&asker, Action::Invite, id, new.offer.student());
                audit::append_in(transaction, &event).await?;
                Ok((id, row.try_get("expires_at")?))
            })
        })
        .await
}

/// The open invitations that the asker might have made, the newest first; at most 500.
///
/// # Errors
/// Database errors; somebody who administers nothing gets an empty list.
pub async fn list(store: &Store, asker: UserId) -> Result<Vec<Invitation>, Error> {
    let person = accounts::find_person(store, asker).await?;
    store
        .as_registrar(Some(asker), move |transaction| {
            Box::pin(async move {
                let statement = transaction.prepare_cached(LIST).await?;
                let mut found = Vec::new();
                for row in transaction.query(&statement, &[]).await? {
                    let invitation = invitation(&row)?;
                    if right(&person, &invitation.offer, invitation.school.0).is_some() {
                        found.push(invitation);
                    }
                }
                Ok(found)
            })
        })
        .await
}

/// Takes an invitation back.
///
/// # Errors
/// [`Error::NotFound`] when it is not open, or the asker might not have made it.
pub async fn withdraw(store: &Store, asker: Asker, id: InvitationId) -> Result<(), Error> {
    let person = accounts::find_person(store, asker.user).await?;
    store
        .as_registrar(Some(asker.user), move |transaction| {
            Box::pin(async move {
                let invitation = lock_open(transaction, &person, id).await?;
                let statement = transaction.prepare_cached(MARK_WITHDRAWN).await?;
                transaction.execute(&statement, &[&id.0, &asker.user.0]).await?;
                let event = event(&asker, Action::WithdrawInvitation, id, invitation.offer.student());
                audit::append_in(transaction, &event).await
            })
        })
        .await
}

/// Locks an open invitation that `person` may offer, in a transaction that acts for that person.
async fn lock_open(transaction: &Transaction<'_>, person: &Person, id: InvitationId) -> Result<Invitation, Error> {
    let statement = transaction.prepare_cached(LOCK_OPEN).await?;
    let row = transaction.query_opt(&statement, &[&id.0]).await?.ok_or(Error::NotFound)?;
    let invitation = invitation(&row)?;
    right(person, &invitation.offer, invitation.school.0).ok_or(Error::NotFound)?;
    Ok(invitation)
}

fn right(person: &Person, offer: &Offer, school: SchoolId) -> Option<Function> {
    let held = person.functions.iter().map(|held| (held.function, held.school.as_ref().map(|(id, _)| *id)));
    right_to_offer(&held.collect::<Vec<_>>(), offer, school)
}

/// The school an invitation is about. With a student it is the student's, whatever was asked for.
async fn place_of(transaction: &Transaction<'_>, new: &NewInvitation) -> Result<SchoolId, Error> {
    let Some(student) = new.offer.student() else { return new.school.ok_or(Error::NotFound) };
    let statement = transaction.prepare_cached(FIND_SCHOOL_OF_STUDENT).await?;
    let row = transaction.query_opt(&statement, &[&student.0]).await?.ok_or(Error::NotFound)?;
    let school = SchoolId(row.try_get("school_id")?);
    if new.school.is_none_or(|asked| asked == school) { Ok(school) } else { Err(Error::NotFound) }
}

const fn exercised(offer: &Offer) -> Option<&'static str> {
    match offer {
        Offer::Staff { function: Some(function), .. } => Some(function.as_str()),
        _ => None,
    }
}

const fn team(offer: &Offer) -> (Option<Uuid>, Option<&'static str>) {
    match offer {
        Offer::Staff { team: Some((student, function)), .. } => (Some(student.0), Some(function.as_str())),
        _ => (None, None),
    }
}

fn guardianship(offer: &Offer) -> (Option<Uuid>, Option<&str>, Option<&'static str>, Option<bool>) {
    match offer {
        Offer::Guardian { student, kinship, custody, can_write } => {
            (Some(student.0), Some(kinship), Some(custody.as_str()), Some(*can_write))
        }
        Offer::Staff { .. } => (None, None, None, None),
    }
}

fn invitation(row: &Row) -> Result<Invitation, Error> {
    let student = row.try_get::<_, Option<Uuid>>("student_id")?.map(StudentId);
    let function = |column| row.try_get::<_, Option<&str>>(column)?.map(str::parse).transpose().map_err(Error::from);
    let torn = || Error::Corrupt("an invitation lacks what its kind needs".to_owned());
    let offer = match row.try_get::<_, &str>("kind")?.parse()? {
        UserKind::Guardian => Offer::Guardian {
            student: student.ok_or_else(torn)?,
            kinship: row.try_get("kinship")?,
            custody: row.try_get::<_, &str>("custody")?.parse()?,
            can_write: row.try_get("can_write")?,
        },
        UserKind::Staff | UserKind::Operator => {
            Offer::Staff { function: function("function")?, team: student.zip(function("team_function")?) }
        }
    };
    Ok(Invitation {
        id: InvitationId(row.try_get("invitation_id")?),
        network: NetworkId(row.try_get("network_id")?),
        school: (SchoolId(row.try_get("school_id")?), row.try_get("school_name")?),
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        offer,
        student_name: row.try_get("student_name")?,
        inviter_function: row.try_get::<_, &str>("inviter_function")?.parse()?,
        inviter_name: row.try_get("inviter_name")?,
        tries_left: row.try_get("tries_left")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
    })
}

fn event(asker: &Asker, action: Action, invitation: InvitationId, student: Option<StudentId>) -> Event {
    let resource = Some(format!("invitation/{invitation}"));
    Event { student, resource, ..asker.event(action, Outcome::Allowed) }
}
