//! Inviting people: making, listing and withdrawing invitations. Taking one is [`super::acceptance`].

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::accounts::is_email;
use super::extract::{Authenticated, Confirmed, RequestId};
use super::problem::{FieldError, Problem, ProblemBody};
use super::{Services, metric};
use crate::auth::printed_code::PrintedCode;
use crate::auth::refresh::RefreshToken as OpaqueToken;
use crate::domain::ids::{InvitationId, SchoolId, StudentId};
use crate::domain::invitation::{Custody, Offer};
use crate::domain::people::{Function, UserKind};
use crate::mail::texts;
use crate::protocol::code::Code;
use crate::store::invitations::{self, Invitation, NewInvitation, Way};
use crate::store::{self};

/// Longest name, in characters.
pub(super) const MAX_NAME: usize = 200;
/// Longest kinship, in characters.
const MAX_KINSHIP: usize = 60;
/// Draws of a printed code before giving up: each meets another open one once in a million for each that is open.
const DRAWS: usize = 5;

/// The tie of a family to its child.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Guardianship {
    /// Such as `mãe`, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    kinship: String,
    custody: Custody,
    /// May write the family's own section.
    can_write: bool,
}

/// An invitation to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// `staff` or `guardian`.
    kind: UserKind,
    /// The invited person's name, 1 to 200 characters; they may correct it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Where the invitation is sent, 3 to 254 bytes. Only a guardian may lack one and gets a printed code instead.
    #[serde(default)]
    #[schema(min_length = 3, max_length = 254)]
    email: Option<String>,
    /// Staff: the function exercised in the school, with `school_id`.
    #[serde(default)]
    function: Option<Function>,
    /// Staff: the school. May be left out when there is a student: then it is the student's.
    #[serde(default)]
    school_id: Option<Uuid>,
    /// Staff: the student whose team they enter, with `team_function`. Guardian: the child, always.
    #[serde(default)]
    student_id: Option<Uuid>,
    /// Staff: the function in the student's team.
    #[serde(default)]
    team_function: Option<Function>,
    /// Guardian, always.
    #[serde(default)]
    guardianship: Option<Guardianship>,
}

impl Invite {
    fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut refuse = |field: &str, code| errors.push(FieldError { field: field.to_owned(), code });
        if let Err(code) = check_text(&self.name, MAX_NAME) {
            refuse("name", code);
        }
        match (&self.email, self.kind) {
            (Some(email), _) if !is_email(email.trim()) => refuse("email", "invalid"),
            (None, UserKind::Staff) => refuse("email", "missing"),
            _ => {}
        }
        let refuse_if = |unwanted: bool, field, refuse: &mut dyn FnMut(&str, &'static str)| {
            if unwanted {
                refuse(field, "invalid");
            }
        };
        match self.kind {
            UserKind::Staff => {
                refuse_if(self.guardianship.is_some(), "guardianship", &mut refuse);
                if self.function.is_none() && self.team_function.is_none() {
                    refuse("function", "missing");
                }
                if self.function.is_some() && self.school_id.is_none() && self.student_id.is_none() {
                    refuse("school_id", "missing");
                }
                if self.student_id.is_some() != self.team_function.is_some() {
                    refuse(if self.student_id.is_some() { "team_function" } else { "student_id" }, "missing");
                }
                let leads = self.team_function.is_some_and(|function| !function.is_of_a_team());
                refuse_if(leads, "team_function", &mut refuse);
            }
            UserKind::Guardian => {
                refuse_if(self.function.is_some(), "function", &mut refuse);
                refuse_if(self.team_function.is_some(), "team_function", &mut refuse);
                if self.student_id.is_none() {
                    refuse("student_id", "missing");
                }
                match self.guardianship.as_ref().map(|tie| check_text(&tie.kinship, MAX_KINSHIP)) {
                    None => refuse("guardianship", "missing"),
                    Some(Err(code)) => refuse("kinship", code),
                    Some(Ok(())) => {}
                }
            }
            UserKind::Operator => refuse("kind", "invalid"),
        }
        errors
    }

    /// After [`Self::check`].
    fn offer(&self) -> Option<Offer> {
        let student = self.student_id.map(StudentId);
        match self.kind {
            UserKind::Guardian => {
                let tie = self.guardianship.as_ref()?;
                let (kinship, custody, can_write) = (tie.kinship.trim().to_owned(), tie.custody, tie.can_write);
                Some(Offer::Guardian { student: student?, kinship, custody, can_write })
            }
            UserKind::Staff => Some(Offer::Staff { function: self.function, team: student.zip(self.team_function) }),
            UserKind::Operator => None,
        }
    }
}

/// A text of 1 to `most` characters, without control characters.
pub(super) fn check_text(text: &str, most: usize) -> Result<(), &'static str> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err("too_short"),
        count if count > most => Err("too_long"),
        _ if text.chars().any(char::is_control) => Err("invalid"),
        _ => Ok(()),
    }
}

/// A new invitation.
#[derive(Serialize, ToSchema)]
pub struct Invited {
    invitation_id: Uuid,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
    /// The code to print, in groups of four, when there was no e-mail. Shown this once and stored nowhere.
    #[schema(required)]
    code: Option<String>,
}

/// Invites somebody: by mail, or with a printed code that this answer shows once.
///
/// Needs a fresh proof of who one is. Direction invites the staff of its school; direction and coordination invite families and tie staff to
/// students; the network's management invites direction and coordination.
#[utoipa::path(post, path = "/api/v1/invitations", operation_id = "invite", tag = "people", request_body = Invite, responses(
    (status = 201, description = "Invited", body = Invited),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 403, description = "step_up_required", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "not_found: no such school or student, or not for the asker", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "mail_unavailable, with an e-mail", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn create(
    services: web::Data<Services>,
    asker: Confirmed,
    request_id: RequestId,
    body: web::Json<Invite>,
) -> Result<HttpResponse, Problem> {
    let errors = body.check();
    let Some(offer) = body.offer().filter(|_| errors.is_empty()) else { return Err(Problem::invalid(errors)) };
    let email = body.email.as_ref().map(|email| email.trim().to_lowercase());
    if email.is_some() && !services.slot.is_open() {
        return Err(Code::MailUnavailable.into());
    }
    let asker = request_id.asked_by(asker.0);
    let school = body.school_id.map(SchoolId);
    let mut draws = DRAWS;
    loop {
        draws -= 1;
        let (way, code) = match &email {
            Some(email) => {
                let token = OpaqueToken::draw();
                let letter = texts::invitation(email.clone(), &token.expose());
                (Way::Mail { hash: token.hash(), letter }, None)
            }
            None => {
                let code = PrintedCode::draw();
                let hash = code.hash(&services.refresh_secret);
                (Way::Code { locator: code.locator(), hash }, Some(code.expose()))
            }
        };
        let new = NewInvitation { name: body.name.trim().to_owned(), offer: offer.clone(), school, way };
        match invitations::create(&services.store, asker.clone(), new).await {
            Ok((id, expires_at)) => {
                metric::invitation("created");
                if code.is_none() {
                    metric::mail("queued");
                    services.slot.ring();
                }
                return Ok(HttpResponse::Created().json(Invited { invitation_id: id.0, expires_at, code }));
            }
            Err(store::Error::Conflict { constraint }) if constraint == "invitations_locator" && draws > 0 => {}
            // The policy says no where the rule said yes only if something changed in between.
            Err(store::Error::Refused) => return Err(denied(store::Error::NotFound)),
            Err(other) => return Err(denied(other)),
        }
    }
}

/// An open invitation.
#[derive(Serialize, ToSchema)]
pub struct PendingInvitation {
    invitation_id: Uuid,
    /// `staff` or `guardian`.
    kind: UserKind,
    name: String,
    /// Where its mail went; null for a printed code.
    #[schema(required)]
    email: Option<String>,
    school_id: Uuid,
    school_name: String,
    #[schema(required)]
    function: Option<Function>,
    #[schema(required)]
    student_id: Option<Uuid>,
    #[schema(required)]
    student_name: Option<String>,
    #[schema(required)]
    team_function: Option<Function>,
    #[schema(required)]
    guardianship: Option<Guardianship>,
    /// The function in which it was made.
    inviter_function: Function,
    /// Who made it.
    #[schema(required)]
    inviter_name: Option<String>,
    /// Wrong codes that are still forgiven, 1 to 5.
    tries_left: i32,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
}

impl From<Invitation> for PendingInvitation {
    fn from(invitation: Invitation) -> Self {
        let (kind, student_id) = (invitation.offer.kind(), invitation.offer.student().map(|student| student.0));
        let (function, team_function, guardianship) = match invitation.offer {
            Offer::Staff { function, team } => (function, team.map(|(_, function)| function), None),
            Offer::Guardian { kinship, custody, can_write, .. } => {
                (None, None, Some(Guardianship { kinship, custody, can_write }))
            }
        };
        Self {
            invitation_id: invitation.id.0,
            kind,
            name: invitation.name,
            email: invitation.email,
            school_id: invitation.school.0.0,
            school_name: invitation.school.1,
            function,
            student_id,
            student_name: invitation.student_name,
            team_function,
            guardianship,
            inviter_function: invitation.inviter_function,
            inviter_name: invitation.inviter_name,
            tries_left: invitation.tries_left,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// The open invitations that the asker might have made, the newest first; at most 500.
#[utoipa::path(get, path = "/api/v1/invitations", operation_id = "list_invitations", tag = "people", responses(
    (status = 200, description = "Open invitations; empty for who administers nothing", body = [PendingInvitation]),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn list(
    services: web::Data<Services>,
    asker: Authenticated,
) -> Result<web::Json<Vec<PendingInvitation>>, Problem> {
    let found = invitations::list(&services.store, asker.0.user).await?;
    Ok(web::Json(found.into_iter().map(Into::into).collect()))
}

/// Takes an invitation back. Its secret is worth nothing from then on.
#[utoipa::path(delete, path = "/api/v1/invitations/{invitation_id}", operation_id = "withdraw_invitation", tag = "people",
    params(("invitation_id" = Uuid, Path, description = "The invitation")), responses(
    (status = 204, description = "Withdrawn"),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found: not open, or not for the asker", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn withdraw(
    services: web::Data<Services>,
    asker: Authenticated,
    request_id: RequestId,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let id: InvitationId = id.parse().map_err(|_| denied(store::Error::NotFound))?;
    invitations::withdraw(&services.store, request_id.asked_by(asker.0), id).await.map_err(denied)?;
    metric::invitation("withdrawn");
    Ok(HttpResponse::NoContent().finish())
}

/// Counts what was not for the asker.
fn denied(error: store::Error) -> Problem {
    if matches!(error, store::Error::NotFound) {
        metric::authz_denied("invitation");
    }
    error.into()
}
