//! One plan: whose it is, the sections this person may open, and the team. What is written in them travels on sockets.

use actix_web::web;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Services;
use super::extract::{Authenticated, RequestId};
use super::problem::{Problem, ProblemBody};
use crate::domain::pei::{PeiState, Section, SectionClass, SectionKind};
use crate::domain::people::Function;
use crate::domain::permission::Access;
use crate::protocol::code::Code;
use crate::store::peis::{self, ScopedPei, ScopedSection, TeamMember};

/// Whose plan it is.
#[derive(Serialize, ToSchema)]
pub struct PeiStudent {
    student_id: Uuid,
    name: String,
    #[schema(required)]
    class_name: Option<String>,
    school_name: String,
    /// Whether the person may see who read what is written about the student.
    sees_accesses: bool,
}

/// A section the person may open.
#[derive(Serialize, ToSchema)]
pub struct PeiSection {
    section: Section,
    kind: SectionKind,
    class: SectionClass,
    /// What the person may do now; writing only while the plan is editable.
    access: Access,
    /// The name of the live document, for `/ws/collab` and `/ws/y/{document}`.
    document: String,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    updated_at: Option<OffsetDateTime>,
    /// Null when nobody wrote yet, or somebody outside the team did.
    #[schema(required)]
    updated_by: Option<String>,
}

/// Somebody in the student's team.
#[derive(Serialize, ToSchema)]
pub struct PeiTeamMember {
    user_id: Uuid,
    name: String,
    function: Function,
}

/// A plan as the signed-in person sees it.
#[derive(Serialize, ToSchema)]
pub struct Pei {
    pei_id: Uuid,
    state: PeiState,
    school_year: i32,
    /// Whether text may change in this state.
    editable: bool,
    student: PeiStudent,
    /// In the plan's order; sections the person may not read are absent.
    sections: Vec<PeiSection>,
    team: Vec<PeiTeamMember>,
}

/// Opens a plan. One that does not exist and one out of the person's reach give the same answer.
#[utoipa::path(get, path = "/api/v1/peis/{pei_id}", tag = "peis",
    params(("pei_id" = Uuid, Path, description = "The plan")), responses(
    (status = 200, description = "The plan", body = Pei),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn show(
    services: web::Data<Services>,
    asker: Authenticated,
    request_id: RequestId,
    pei: web::Path<String>,
) -> Result<web::Json<Pei>, Problem> {
    let id = pei.parse().map_err(|_| Code::NotFound)?;
    let asker = request_id.asked_by(asker.0);
    match peis::find(&services.store, asker, id).await? {
        Some(found) => Ok(web::Json(found.into())),
        None => {
            crate::metrics::authz_denied("pei");
            Err(Code::NotFound.into())
        }
    }
}

impl From<ScopedPei> for Pei {
    fn from(pei: ScopedPei) -> Self {
        Self {
            pei_id: pei.pei.0,
            state: pei.state,
            school_year: pei.school_year,
            editable: pei.state.is_editable(),
            student: PeiStudent {
                student_id: pei.student.0,
                name: pei.student_name,
                class_name: pei.class_name,
                school_name: pei.school_name,
                sees_accesses: pei.sees_accesses,
            },
            sections: pei.sections.into_iter().map(Into::into).collect(),
            team: pei.team.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ScopedSection> for PeiSection {
    fn from(section: ScopedSection) -> Self {
        Self {
            section: section.section,
            kind: section.section.kind(),
            class: section.section.class(),
            access: section.access,
            document: section.document.to_string(),
            updated_at: section.updated_at,
            updated_by: section.updated_by,
        }
    }
}

impl From<TeamMember> for PeiTeamMember {
    fn from(member: TeamMember) -> Self {
        Self { user_id: member.user.0, name: member.name, function: member.function }
    }
}
