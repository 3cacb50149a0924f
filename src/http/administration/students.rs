//! The students of a school, and who is tied to one.

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{after, denied, id, limit, query, search};
use crate::domain::ids::SchoolId;
use crate::http::Services;
use crate::http::extract::{Authenticated, RequestId};
use crate::http::problem::{Problem, ProblemBody};
use crate::store::administration::students;
use crate::store::administration::views::{AdminStudentDetail, AdminStudentsPage};

/// Which students.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StudentsParams {
    /// The school.
    school_id: Uuid,
    /// Part of the name, with or without accents; at most 100 characters.
    q: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many; 1 to 100, 50 without.
    limit: Option<i64>,
}

/// Lists the students of a school.
#[utoipa::path(get, path = "/api/v1/admin/students", tag = "administration", operation_id = "list_admin_students",
    params(StudentsParams), responses(
    (status = 200, description = "By name", body = AdminStudentsPage),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "validation", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn list(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    request: HttpRequest,
) -> Result<web::Json<AdminStudentsPage>, Problem> {
    let params: StudentsParams = query(&request)?;
    let (school, part, after, limit) =
        (SchoolId(params.school_id), search(params.q)?, after(params.cursor)?, limit(params.limit)?);
    let found = students::list(&services.store, request_id.asked_by(signed_in.0), school, part, after, limit).await;
    found.map(web::Json).map_err(denied)
}

/// Shows who is in the team and the family of a student.
#[utoipa::path(get, path = "/api/v1/admin/students/{student_id}", tag = "administration",
    operation_id = "show_admin_student", params(("student_id" = Uuid, Path, description = "The student")), responses(
    (status = 200, description = "Team and family", body = AdminStudentDetail),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn show(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    student: web::Path<String>,
) -> Result<web::Json<AdminStudentDetail>, Problem> {
    let found = students::show(&services.store, request_id.asked_by(signed_in.0), id(&student)?).await;
    found.map(web::Json).map_err(denied)
}
