//! From a request to a socket: the address, the page it comes from, and for `/ws/y` who asks.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::admission;
use super::session::{Opening, open};
use crate::actors::Rooms;
use crate::auth::origin;
use crate::auth::refresh::RefreshToken;
use crate::auth::token::KeyRing;
use crate::metrics::{self, SocketKind};
use crate::protocol::chat::SUBPROTOCOL;
use crate::protocol::code::Code;

/// What the endpoints need. Shared by all workers.
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
        .service(web::resource("/ws/chat").route(web::get().to(chat)))
        .service(web::resource("/ws/y/{document:.*}").route(web::get().to(y)));
}

async fn collab(
    request: HttpRequest,
    stream: web::Payload,
    gate: web::Data<SocketGate>,
) -> Result<HttpResponse, actix_web::Error> {
    if let Some(refusal) = gate.refuse(&request, SocketKind::Collab) {
        return Ok(refusal);
    }
    open(&request, stream, gate.rooms.clone(), Arc::clone(&gate.keys), Opening::Collab)
}

async fn chat(
    request: HttpRequest,
    stream: web::Payload,
    gate: web::Data<SocketGate>,
) -> Result<HttpResponse, actix_web::Error> {
    if let Some(refusal) = gate.refuse(&request, SocketKind::Chat) {
        return Ok(refusal);
    }
    if !offers(&request, SUBPROTOCOL) {
        return Ok(HttpResponse::BadRequest().finish());
    }
    open(&request, stream, gate.rooms.clone(), Arc::clone(&gate.keys), Opening::Chat)
}

/// Whether the client speaks this subprotocol (RFC 6455, section 4.2.1).
fn offers(request: &HttpRequest, protocol: &str) -> bool {
    let offered = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    offered
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|name| name.trim() == protocol)
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
    if let Some(refusal) = gate.refuse(&request, SocketKind::Y) {
        return Ok(refusal);
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
    /// Why no socket is opened, if so: the page it comes from, or the form of the handshake.
    fn refuse(&self, request: &HttpRequest, kind: SocketKind) -> Option<HttpResponse> {
        if self.admits_origin(request) { refuse_handshake(request) } else { Some(refuse_origin(kind)) }
    }

    /// A header that is no text is no origin that anybody listed.
    fn admits_origin(&self, request: &HttpRequest) -> bool {
        // Two of them: whoever stands in front of us may have believed the other one.
        if request.headers().get_all(header::ORIGIN).count() > 1 {
            return false;
        }
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

/// What RFC 6455 (section 4.2) asks of a handshake and the library does not: version 13 and no draft, and one key of sixteen bytes.
/// And that its headers are not the attack.
fn refuse_handshake(request: &HttpRequest) -> Option<HttpResponse> {
    /// Of all names and values. A browser with many cookies sends 4 kB; the library stops only at 128 kB.
    const MAX_HEADER_BYTES: usize = 16 * 1024;
    let size: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > MAX_HEADER_BYTES {
        return Some(HttpResponse::RequestHeaderFieldsTooLarge().finish());
    }
    let one = |name| {
        let mut values = request.headers().get_all(name);
        values.next().filter(|_| values.next().is_none()).map(|value| value.as_bytes())
    };
    if one(header::SEC_WEBSOCKET_VERSION) != Some(b"13") {
        return Some(HttpResponse::UpgradeRequired().insert_header((header::SEC_WEBSOCKET_VERSION, "13")).finish());
    }
    let key = one(header::SEC_WEBSOCKET_KEY).and_then(|key| STANDARD.decode(key).ok());
    match key.is_some_and(|key| key.len() == 16) {
        true => None,
        false => Some(HttpResponse::BadRequest().finish()),
    }
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
