//! Around every request: an id, a span, the metric by route template, the security headers, and the writing of problems.
//!
//! Logs and metrics hold the template of the route, never the path or the query.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use tracing::Instrument;
use uuid::Uuid;

use super::problem::Problem;
use super::{RequestId, Services};
use crate::protocol::code::Code;

/// The header that carries the request's id in and out.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps a request; see the file's header.
///
/// # Errors
/// None of its own: routes and extractors answer their errors, and those are written as problems here.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = method_label(request.method());
    let is_api = request.path().starts_with("/api/");
    let span = tracing::info_span!("request", request.id = %id, method);

    let mut response = next.call(request).instrument(span.clone()).await?.map_into_boxed_body();
    let problem = response.response_mut().extensions_mut().remove::<Problem>();
    if let Some(problem) = problem.or_else(|| foreign(&response)) {
        response = response.map_body(|head, _| problem.render(&id, &mut head.headers));
    }
    let route = route_label(&response, is_api);
    let status = response.status().as_u16();
    let services = response.request().app_data::<web::Data<Services>>().cloned();
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, value);
    }
    if let Some(services) = services {
        for (name, value) in &services.site.security_headers {
            headers.insert(name.clone(), value.clone());
        }
    }
    if is_api && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let took = started.elapsed();
    span.in_scope(|| tracing::debug!(route, status, duration_ms = took.as_secs_f64() * 1000.0, "answered"));
    crate::metrics::http_request(method, route, status, took);
    Ok(response)
}

/// The id a proxy gave, if it looks like one; else a new one. The form is narrow because it is logged and sent back.
fn request_id(request: &ServiceRequest) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    given
        .filter(|id| (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// A refusal of the framework itself, in our words: it knows no problems.
fn foreign(response: &ServiceResponse<BoxBody>) -> Option<Problem> {
    let has_no_error = response.response().error().is_none();
    if has_no_error {
        return None;
    }
    let code = match response.status().as_u16() {
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        413 => Code::PayloadTooLarge,
        415 => Code::UnsupportedMediaType,
        400..=499 => Code::Malformed,
        500..=599 => Code::Internal,
        _ => return None,
    };
    Some(code.into())
}

/// The route's template; everything that is no route of the table shares a label.
fn route_label(response: &ServiceResponse<BoxBody>, is_api: bool) -> String {
    match response.request().match_pattern() {
        Some(template) => template,
        None if is_api => "unmatched".to_owned(),
        None => "static".to_owned(),
    }
}

fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
