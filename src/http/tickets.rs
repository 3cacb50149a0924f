//! Tickets for sockets whose client can only put a credential into the address: one use, half a minute.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::Services;
use super::extract::Authenticated;
use super::problem::{Problem, ProblemBody};
use crate::auth::refresh::RefreshToken as OpaqueToken;
use crate::store::tickets;

/// A ticket.
#[derive(Serialize, ToSchema)]
pub struct Ticket {
    /// For `/ws/y/{document}?ticket=`.
    ticket: String,
    /// Seconds until it ends.
    expires_in: i32,
}

/// Draws a ticket for one socket.
#[utoipa::path(post, path = "/api/v1/ws/tickets", tag = "sockets", responses(
    (status = 201, description = "One use", body = Ticket),
    (status = 401, description = "unauthenticated, token_expired, session_ended", body = ProblemBody,
     content_type = "application/problem+json"),
))]
pub async fn create(services: web::Data<Services>, asker: Authenticated) -> Result<HttpResponse, Problem> {
    let ticket = OpaqueToken::draw();
    tickets::create(&services.store, ticket.hash(), asker.0.user, asker.0.session).await?;
    let expires_in = i32::try_from(tickets::LIFETIME_SECONDS).expect("half a minute fits");
    Ok(HttpResponse::Created().json(Ticket { ticket: ticket.expose(), expires_in }))
}
