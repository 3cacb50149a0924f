//! "Meus estudantes": the students a person works with, with the plan that matters now.

use actix_web::web;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Services;
use super::extract::Authenticated;
use super::problem::{Problem, ProblemBody};
use crate::domain::pei::{PeiState, Section};
use crate::domain::people::{Function, UserKind};
use crate::store::students::{self, ListedPei, ListedStudent};

/// How the person is tied to a student: a function, or `guardian`.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum Tie {
    /// In a function.
    Function(Function),
    /// As a kind of account; only `guardian` occurs.
    Kind(UserKind),
}

/// Ties as they were written down. What a later version wrote and this one does not know is left out rather than guessed at.
pub(super) fn ties(names: &[String]) -> Vec<Tie> {
    let known = |name: &String| name.parse().map(Tie::Function).or_else(|_| name.parse().map(Tie::Kind)).ok();
    names.iter().filter_map(known).collect()
}

/// The plan of a student in the list.
#[derive(Serialize, ToSchema)]
pub struct PeiSummary {
    pei_id: Uuid,
    state: PeiState,
    school_year: i32,
    /// Last edit of a section the person reads.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    updated_at: Option<OffsetDateTime>,
    /// What the person may write now, in the plan's order.
    writable_sections: Vec<Section>,
    /// What the person may read, writable ones included, in the plan's order.
    readable_sections: Vec<Section>,
}

/// A student in the list.
#[derive(Serialize, ToSchema)]
pub struct StudentSummary {
    student_id: Uuid,
    name: String,
    #[schema(required)]
    class_name: Option<String>,
    school_name: String,
    relations: Vec<Tie>,
    /// Whether the person may see who read what is written about the student.
    sees_accesses: bool,
    /// Null when no plan was begun.
    #[schema(required)]
    pei: Option<PeiSummary>,
}

/// All students of a person, by name.
#[derive(Serialize, ToSchema)]
pub struct StudentList {
    students: Vec<StudentSummary>,
}

/// Lists the students the signed-in person has an active right for.
#[utoipa::path(get, path = "/api/v1/students", tag = "students", responses(
    (status = 200, description = "By name; at most 500", body = StudentList),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn list(services: web::Data<Services>, asker: Authenticated) -> Result<web::Json<StudentList>, Problem> {
    let students = students::list_for_person(&services.store, asker.0.user).await?;
    Ok(web::Json(StudentList { students: students.into_iter().map(Into::into).collect() }))
}

impl From<ListedStudent> for StudentSummary {
    fn from(student: ListedStudent) -> Self {
        let mut relations: Vec<Tie> = student.functions.into_iter().map(Tie::Function).collect();
        if student.is_guardian {
            relations.push(Tie::Kind(UserKind::Guardian));
        }
        Self {
            student_id: student.student.0,
            name: student.name,
            class_name: student.class_name,
            school_name: student.school_name,
            relations,
            sees_accesses: student.sees_accesses,
            pei: student.pei.map(Into::into),
        }
    }
}

impl From<ListedPei> for PeiSummary {
    fn from(pei: ListedPei) -> Self {
        Self {
            pei_id: pei.pei.0,
            state: pei.state,
            school_year: pei.school_year,
            updated_at: pei.updated_at,
            writable_sections: pei.writable,
            readable_sections: pei.readable,
        }
    }
}
