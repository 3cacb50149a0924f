//! From a request to a socket: the address, the page it comes from, and for `/ws/y` who asks.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::admission;
use super::session::{Opening, open};
use crate::actors::Rooms;
use crate::auth::origin;
use crate::auth::refresh::RefreshToken;
use crate::auth::token::KeyRing;
use crate::metrics::{self, SocketKind};
use crate::protocol::code::Code;

/// What the two endpoints need. Shared by all workers.
#[derive(Clone)]
pub struct SocketGate {
    /// The live documents.
    pub rooms: Rooms,
    /// Verifies access tokens.
    pub keys: Arc<KeyRing>,
    /// Pages that may open sockets, besides those of the server's own address.
    pub origins: Arc<[String]>,
}

/// The socket endpoints. `SocketGate` must be app data.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/ws/collab").route(web::get().to(collab)))
        .service(web::resource("/ws/y/{document:.*}").route(web::get().to(y)));
}

async fn collab(
    request: HttpRequest,
    stream: web::Payload,
    gate: web::Data<SocketGate>,
) -> Result<HttpResponse, actix_web::Error> {
    if !gate.admits_origin(&request) {
        return Ok(refuse_origin(SocketKind::Collab));
    }
    open(&request, stream, gate.rooms.clone(), Arc::clone(&gate.keys), Opening::Collab)
}

/// The only parameter of the address; a one-use ticket for clients that cannot set a header.
#[derive(serde::Deserialize)]
struct Ticket {
    ticket: Option<String>,
}

async fn y(
    request: HttpRequest,
    stream: web::Payload,
    gate: web::Data<SocketGate>,
    document: web::Path<String>,
    query: web::Query<Ticket>,
) -> Result<HttpResponse, actix_web::Error> {
    if !gate.admits_origin(&request) {
        return Ok(refuse_origin(SocketKind::Y));
    }
    let caller = match (bearer(&request), &query.ticket) {
        (Some(token), _) => admission::verify(&gate.keys, token).map(|token| token.caller()),
        (None, Some(ticket)) => match RefreshToken::parse(ticket) {
            Some(ticket) => gate.rooms.redeem_ticket(ticket.hash()).await,
            None => Err(Code::Unauthenticated),
        },
        (None, None) => Err(Code::Unauthenticated),
    };
    let opening = Opening::Y { name: document.parse().ok(), caller };
    open(&request, stream, gate.rooms.clone(), Arc::clone(&gate.keys), opening)
}

impl SocketGate {
    /// A header that is no text is no origin that anybody listed.
    fn admits_origin(&self, request: &HttpRequest) -> bool {
        let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
        origin::is_allowed(header(header::ORIGIN), header(header::HOST).unwrap_or_default(), &self.origins)
    }
}

fn refuse_origin(kind: SocketKind) -> HttpResponse {
    metrics::ws_connect(kind, "bad_origin");
    metrics::authz_denied("origin");
    let code = Code::BadOrigin;
    let status = actix_web::http::StatusCode::from_u16(code.status()).unwrap_or(actix_web::http::StatusCode::FORBIDDEN);
    HttpResponse::build(status)
        .content_type("application/problem+json")
        .json(serde_json::json!({ "type": "about:blank", "status": code.status(), "code": code.as_str() }))
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
