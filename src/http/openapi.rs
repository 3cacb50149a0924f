//! The description of the REST interface, generated from the handlers, and a page to read it with. The page is part of the
//! program: nothing is fetched from elsewhere.

use std::sync::{Arc, LazyLock};

use actix_web::http::header::{CONTENT_ENCODING, LOCATION};
use actix_web::{HttpResponse, web};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::Config;

use super::problem::Problem;
use super::{
    acceptance, accesses, accounts, administration, announcements, consents, corrections, desks, devices, dossiers,
    invitations, ops, passwords, peis, reports, search, second_factor, step_up, students, tickets,
};
use crate::protocol::code::Code;

#[derive(OpenApi)]
#[openapi(
    info(title = "Kazumi", description = "Live co-editing of a student's PEI. Errors carry a stable `code`."),
    paths(
        ops::healthz, ops::readyz, ops::metrics, accounts::login, accounts::refresh, accounts::logout, accounts::me,
        step_up::confirm, second_factor::status, second_factor::enrol, second_factor::confirm, second_factor::verify,
        second_factor::renew_codes, second_factor::remove, devices::list, devices::end, devices::end_others,
        passwords::change, passwords::request, passwords::reset, invitations::list, invitations::create,
        acceptance::preview, acceptance::accept, acceptance::join, invitations::withdraw, students::list,
        accesses::list_accesses, peis::show, tickets::create, administration::people::schools,
        administration::people::list, administration::people::show, administration::functions::give,
        administration::functions::end, administration::accounts::close, administration::accounts::open,
        administration::accounts::end_sessions, administration::resets::make, administration::students::list,
        administration::students::show, administration::ties::give_link, administration::ties::end_link,
        administration::ties::give_guardianship, administration::ties::change_guardianship,
        administration::emergencies::list, administration::emergencies::find, administration::emergencies::open,
        administration::emergencies::end, consents::list, consents::decide, corrections::list, corrections::ask,
        corrections::answer, corrections::waiting, dossiers::take, desks::open, announcements::announce,
        announcements::confirm, announcements::own, announcements::receipts, announcements::receipts_table,
        search::messages, reports::create, reports::list_own, reports::list, reports::read, reports::decide
    ),
    modifiers(&Bearer),
    security(("bearer" = []))
)]
struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The description as JSON with indentation and a final line break; `docs/openapi.json` holds the same.
///
/// # Panics
/// Never: the description is plain data.
#[must_use]
pub fn json() -> String {
    let mut text = Description::openapi().to_pretty_json().expect("the description is plain data");
    text.push('\n');
    text
}

/// Hands the description out.
pub async fn description() -> HttpResponse {
    static TEXT: LazyLock<String> = LazyLock::new(json);
    HttpResponse::Ok().content_type("application/json").body(TEXT.as_str())
}

/// Sends readers to the page with its closing slash, on which its own relative links rest.
pub async fn to_page() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/api/docs/")).finish()
}

/// The page and its parts.
///
/// # Errors
/// Code `not_found` for a part that does not exist.
pub async fn page(part: web::Path<String>) -> Result<HttpResponse, Problem> {
    static PAGE: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| Arc::new(Config::from("/api/openapi.json")));
    let file = utoipa_swagger_ui::serve(&part, Arc::clone(&PAGE)).map_err(|error| {
        tracing::error!(%error, "the description's page cannot be made");
        Code::Internal
    })?;
    let file = file.ok_or(Code::NotFound)?;
    let mut response = HttpResponse::Ok();
    response.content_type(file.content_type);
    if file.gzpipped {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(file.bytes.into_owned()))
}
