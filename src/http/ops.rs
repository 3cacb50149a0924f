//! For machines that watch: is the process alive, may it get traffic, what are its figures. Nothing about people.

use std::sync::atomic::Ordering;

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::Services;
use super::problem::{Problem, ProblemBody};
use crate::protocol::code::Code;

/// A process that answers.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok` or `ready`.
    status: &'static str,
}

/// The process answers. Says nothing about the database, so that an outage there does not restart every server.
#[utoipa::path(get, path = "/healthz", tag = "operations", security(()), responses(
    (status = 200, description = "Alive", body = Health),
))]
pub async fn healthz() -> web::Json<Health> {
    web::Json(Health { status: "ok" })
}

/// The server may be given traffic: the database answers and the server is not going down.
#[utoipa::path(get, path = "/readyz", tag = "operations", security(()), responses(
    (status = 200, description = "Ready", body = Health),
    (status = 503, description = "restarting, store_unavailable", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn readyz(services: web::Data<Services>) -> Result<web::Json<Health>, Problem> {
    if services.draining.load(Ordering::Acquire) {
        return Err(Code::Restarting.into());
    }
    services.store.ping().await?;
    Ok(web::Json(Health { status: "ready" }))
}

/// Figures in the text format of Prometheus. Keep it away from the public: the proxy does not pass it on.
#[utoipa::path(get, path = "/metrics", tag = "operations", security(()), responses(
    (status = 200, description = "Text format 0.0.4", body = String, content_type = "text/plain"),
))]
pub async fn metrics(services: web::Data<Services>) -> HttpResponse {
    let (open, idle) = services.store.connections();
    crate::metrics::db_connections(open, idle);
    let recorder = crate::metrics::install();
    recorder.run_upkeep();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(recorder.render())
}
