//! Schools, and the people of a school.

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{after, denied, id, limit, query, search};
use crate::domain::ids::SchoolId;
use crate::domain::people::UserKind;
use crate::http::Services;
use crate::http::extract::{Authenticated, RequestId};
use crate::http::problem::{Problem, ProblemBody};
use crate::store::administration::people::{self, PeopleQuery};
use crate::store::administration::views::{AdminPersonDetail, AdminSchool, PeoplePage};

/// The schools somebody administers.
#[derive(Serialize, ToSchema)]
pub struct AdminSchools {
    /// By name; empty for those who administer nothing.
    schools: Vec<AdminSchool>,
}

/// Which people.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeopleParams {
    /// The school.
    school_id: Uuid,
    /// Part of the name, with or without accents; at most 100 characters.
    q: Option<String>,
    /// `staff` or `guardian`.
    kind: Option<UserKind>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many; 1 to 100, 50 without.
    limit: Option<i64>,
}

/// Lists the schools the signed-in person administers.
#[utoipa::path(get, path = "/api/v1/admin/schools", tag = "administration", operation_id = "list_admin_schools", responses(
    (status = 200, description = "By name", body = AdminSchools),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn schools(
    services: web::Data<Services>,
    signed_in: Authenticated,
) -> Result<web::Json<AdminSchools>, Problem> {
    Ok(web::Json(AdminSchools { schools: people::schools(&services.store, signed_in.0.user).await? }))
}

/// Lists the people of a school: staff and guardians, past ties too.
#[utoipa::path(get, path = "/api/v1/admin/people", tag = "administration", operation_id = "list_people",
    params(PeopleParams), responses(
    (status = 200, description = "By name", body = PeoplePage),
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
) -> Result<web::Json<PeoplePage>, Problem> {
    let params: PeopleParams = query(&request)?;
    let query = PeopleQuery {
        school: SchoolId(params.school_id),
        part_of_name: search(params.q)?,
        kind: params.kind,
        after: after(params.cursor)?,
        limit: limit(params.limit)?,
    };
    people::list(&services.store, request_id.asked_by(signed_in.0), query).await.map(web::Json).map_err(denied)
}

/// Shows one person with their ties.
#[utoipa::path(get, path = "/api/v1/admin/people/{user_id}", tag = "administration", operation_id = "show_person",
    params(("user_id" = Uuid, Path, description = "The person")), responses(
    (status = 200, description = "The person", body = AdminPersonDetail),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
    (status = 404, description = "not_found", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn show(
    services: web::Data<Services>,
    signed_in: Authenticated,
    request_id: RequestId,
    user: web::Path<String>,
) -> Result<web::Json<AdminPersonDetail>, Problem> {
    let found = people::show(&services.store, request_id.asked_by(signed_in.0), id(&user)?).await;
    found.map(web::Json).map_err(denied)
}
