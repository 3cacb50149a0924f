//! From a request to a socket: the address, the page it comes from, and for `/ws/y` who asks.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::session::{Opening, open};
use crate::actors::Rooms;
use crate::auth::refresh::RefreshToken;
use crate::auth::token::{KeyRing, TokenError};
use crate::domain::session::Caller;
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
        (Some(token), _) => gate.verify(token),
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
    fn verify(&self, token: &str) -> Result<Caller, Code> {
        match self.keys.verify(token) {
            Ok(token) => Ok(Caller { user: token.user, session: token.session, auth_version: token.auth_version }),
            Err(TokenError::Expired) => Err(Code::TokenExpired),
            Err(TokenError::Invalid) => Err(Code::Unauthenticated),
        }
    }

    /// A page may open a socket when it was served from this very address or its origin is on the list. Clients that are no
    /// browser send no origin.
    fn admits_origin(&self, request: &HttpRequest) -> bool {
        let Some(origin) = request.headers().get(header::ORIGIN) else { return true };
        let Ok(origin) = origin.to_str() else { return false };
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let own = host.is_some_and(|host| {
            origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) == Some(host)
        });
        own || self.origins.iter().any(|allowed| allowed == origin)
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
