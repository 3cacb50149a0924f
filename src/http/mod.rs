//! REST: parse, ask `store` (which asks the grants), answer. Handlers hold no rules; `domain` does.
//!
//! The whole table of addresses is [`ENDPOINTS`]; `authz/matrix.csv` must have a row for each, and the generated
//! description covers each. Sockets are `ws`, which this folder never imports. Read next: [`problem`], then [`accounts`].

pub mod acceptance;
pub mod accesses;
pub mod accounts;
pub mod administration;
pub mod announcements;
pub mod consents;
pub mod corrections;
pub mod desks;
pub mod dev_mailbox;
pub mod devices;
pub mod dossiers;
pub mod extract;
pub mod invitations;
pub mod middleware;
pub mod openapi;
pub mod ops;
pub mod passwords;
pub mod peis;
pub mod problem;
pub mod reports;
pub mod search;
pub mod second_factor;
pub mod site;
pub mod static_files;
pub mod step_up;
pub mod students;
pub mod tickets;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::{Route, web};

use crate::auth::password::Passwords;
use crate::auth::second_factor::SealingKey;
use crate::auth::throttle::Throttle;
use crate::auth::token::KeyRing;
use crate::config::Secret;
use crate::mail::Slot;
use crate::metrics as metric;
use crate::store::Store;

pub use extract::RequestId;
pub use site::Site;

/// The largest JSON body, in bytes. The largest real one is a login of under 1 KiB.
const MAX_JSON_BYTES: usize = 64 * 1024;

/// What handlers share.
pub struct Services {
    /// The database.
    pub store: Store,
    /// Keys of access tokens.
    pub keys: Arc<KeyRing>,
    /// The hashing pool.
    pub passwords: Passwords,
    /// Limits on sign-in attempts.
    pub throttle: Throttle,
    /// From which successors of refresh tokens are derived.
    pub refresh_secret: Secret,
    /// Seals the secrets of second factors.
    pub sealing_key: Arc<SealingKey>,
    /// Whether whoever needs a second factor must have one.
    pub insists_on_second_factor: bool,
    /// Where mails are put.
    pub slot: Slot,
    /// How many dossiers are made and on their way.
    pub dossiers: dossiers::Places,
    /// Origins, cookies, headers.
    pub site: Site,
    /// Set when the server begins to go down.
    pub draining: Arc<AtomicBool>,
}

/// One row of the table of addresses.
pub struct Endpoint {
    /// Upper-case method.
    pub method: &'static str,
    /// Path with `{parameters}`.
    pub template: &'static str,
    route: fn() -> Route,
}

/// Every address of the REST interface.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint { method: "GET", template: "/healthz", route: || web::get().to(ops::healthz) },
    Endpoint { method: "GET", template: "/readyz", route: || web::get().to(ops::readyz) },
    Endpoint { method: "GET", template: "/metrics", route: || web::get().to(ops::metrics) },
    Endpoint { method: "GET", template: "/api/openapi.json", route: || web::get().to(openapi::description) },
    Endpoint { method: "GET", template: "/api/docs", route: || web::get().to(openapi::to_page) },
    Endpoint { method: "GET", template: "/api/docs/{part:.*}", route: || web::get().to(openapi::page) },
    Endpoint { method: "POST", template: "/api/v1/auth/login", route: || web::post().to(accounts::login) },
    Endpoint { method: "POST", template: "/api/v1/auth/refresh", route: || web::post().to(accounts::refresh) },
    Endpoint { method: "POST", template: "/api/v1/auth/logout", route: || web::post().to(accounts::logout) },
    Endpoint { method: "POST", template: "/api/v1/auth/step-up", route: || web::post().to(step_up::confirm) },
    Endpoint { method: "GET", template: "/api/v1/auth/second-factor", route: || web::get().to(second_factor::status) },
    Endpoint {
        method: "DELETE",
        template: "/api/v1/auth/second-factor",
        route: || web::delete().to(second_factor::remove),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/auth/second-factor/enrol",
        route: || web::post().to(second_factor::enrol),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/auth/second-factor/confirm",
        route: || web::post().to(second_factor::confirm),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/auth/second-factor/verify",
        route: || web::post().to(second_factor::verify),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/auth/second-factor/recovery-codes",
        route: || web::post().to(second_factor::renew_codes),
    },
    Endpoint { method: "GET", template: "/api/v1/me/sessions", route: || web::get().to(devices::list) },
    Endpoint { method: "DELETE", template: "/api/v1/me/sessions", route: || web::delete().to(devices::end_others) },
    Endpoint {
        method: "DELETE",
        template: "/api/v1/me/sessions/{session_id}",
        route: || web::delete().to(devices::end),
    },
    Endpoint { method: "GET", template: "/api/v1/me", route: || web::get().to(accounts::me) },
    Endpoint { method: "POST", template: "/api/v1/me/password", route: || web::post().to(passwords::change) },
    Endpoint { method: "POST", template: "/api/v1/auth/reset-requests", route: || web::post().to(passwords::request) },
    Endpoint { method: "POST", template: "/api/v1/auth/resets", route: || web::post().to(passwords::reset) },
    Endpoint { method: "GET", template: "/api/v1/invitations", route: || web::get().to(invitations::list) },
    Endpoint { method: "POST", template: "/api/v1/invitations", route: || web::post().to(invitations::create) },
    // Before the template that would take these words for an id.
    Endpoint { method: "POST", template: "/api/v1/invitations/preview", route: || web::post().to(acceptance::preview) },
    Endpoint { method: "POST", template: "/api/v1/invitations/accept", route: || web::post().to(acceptance::accept) },
    Endpoint { method: "POST", template: "/api/v1/invitations/join", route: || web::post().to(acceptance::join) },
    Endpoint {
        method: "DELETE",
        template: "/api/v1/invitations/{invitation_id}",
        route: || web::delete().to(invitations::withdraw),
    },
    Endpoint { method: "GET", template: "/api/v1/students", route: || web::get().to(students::list) },
    Endpoint {
        method: "GET",
        template: "/api/v1/students/{student_id}/accesses",
        route: || web::get().to(accesses::list_accesses),
    },
    Endpoint {
        method: "GET",
        template: "/api/v1/students/{student_id}/consents",
        route: || web::get().to(consents::list),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/students/{student_id}/consents",
        route: || web::post().to(consents::decide),
    },
    Endpoint {
        method: "GET",
        template: "/api/v1/students/{student_id}/corrections",
        route: || web::get().to(corrections::list),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/students/{student_id}/corrections",
        route: || web::post().to(corrections::ask),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/students/{student_id}/corrections/{correction_id}/answer",
        route: || web::post().to(corrections::answer),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/students/{student_id}/dossier",
        route: || web::post().to(dossiers::take),
    },
    Endpoint { method: "POST", template: "/api/v1/students/{student_id}/desks", route: || web::post().to(desks::open) },
    Endpoint { method: "GET", template: "/api/v1/admin/corrections", route: || web::get().to(corrections::waiting) },
    Endpoint {
        method: "POST",
        template: "/api/v1/rooms/{room_id}/announcements",
        route: || web::post().to(announcements::announce),
    },
    Endpoint {
        method: "PUT",
        template: "/api/v1/rooms/{room_id}/announcements/{seq}/confirmation",
        route: || web::put().to(announcements::confirm),
    },
    Endpoint {
        method: "GET",
        template: "/api/v1/rooms/{room_id}/confirmations",
        route: || web::get().to(announcements::own),
    },
    Endpoint {
        method: "GET",
        template: "/api/v1/rooms/{room_id}/announcements/{seq}/receipts",
        route: || web::get().to(announcements::receipts),
    },
    Endpoint {
        method: "GET",
        template: "/api/v1/rooms/{room_id}/announcements/{seq}/receipts.csv",
        route: || web::get().to(announcements::receipts_table),
    },
    Endpoint { method: "GET", template: "/api/v1/peis/{pei_id}", route: || web::get().to(peis::show) },
    Endpoint { method: "GET", template: "/api/v1/rooms/search", route: || web::get().to(search::messages) },
    Endpoint {
        method: "POST",
        template: "/api/v1/rooms/{room_id}/messages/{seq}/report",
        route: || web::post().to(reports::create),
    },
    Endpoint { method: "GET", template: "/api/v1/me/reports", route: || web::get().to(reports::list_own) },
    Endpoint { method: "GET", template: "/api/v1/reports", route: || web::get().to(reports::list) },
    Endpoint { method: "GET", template: "/api/v1/reports/{report_id}", route: || web::get().to(reports::read) },
    Endpoint {
        method: "POST",
        template: "/api/v1/reports/{report_id}/decision",
        route: || web::post().to(reports::decide),
    },
    Endpoint {
        method: "GET",
        template: "/api/v1/admin/schools",
        route: || web::get().to(administration::people::schools),
    },
    Endpoint { method: "GET", template: "/api/v1/admin/people", route: || web::get().to(administration::people::list) },
    Endpoint {
        method: "GET",
        template: "/api/v1/admin/people/{user_id}",
        route: || web::get().to(administration::people::show),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/admin/people/{user_id}/functions",
        route: || web::post().to(administration::functions::give),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/admin/people/{user_id}/functions/{function_id}/end",
        route: || web::post().to(administration::functions::end),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/admin/people/{user_id}/close",
        route: || web::post().to(administration::accounts::close),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/admin/people/{user_id}/open",
        route: || web::post().to(administration::accounts::open),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/admin/people/{user_id}/end-sessions",
        route: || web::post().to(administration::accounts::end_sessions),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/admin/people/{user_id}/reset-code",
        route: || web::post().to(administration::resets::make),
    },
    Endpoint {
        method: "GET",
        template: "/api/v1/admin/students",
        route: || web::get().to(administration::students::list),
    },
    Endpoint {
        method: "GET",
        template: "/api/v1/admin/students/{student_id}",
        route: || web::get().to(administration::students::show),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/admin/students/{student_id}/team",
        route: || web::post().to(administration::ties::give_link),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/admin/students/{student_id}/team/{link_id}/end",
        route: || web::post().to(administration::ties::end_link),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/admin/students/{student_id}/guardians",
        route: || web::post().to(administration::ties::give_guardianship),
    },
    Endpoint {
        method: "PATCH",
        template: "/api/v1/admin/students/{student_id}/guardians/{guardianship_id}",
        route: || web::patch().to(administration::ties::change_guardianship),
    },
    Endpoint {
        method: "GET",
        template: "/api/v1/admin/break-glass",
        route: || web::get().to(administration::emergencies::list),
    },
    Endpoint {
        method: "GET",
        template: "/api/v1/admin/break-glass/students",
        route: || web::get().to(administration::emergencies::find),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/admin/students/{student_id}/break-glass",
        route: || web::post().to(administration::emergencies::open),
    },
    Endpoint {
        method: "POST",
        template: "/api/v1/admin/students/{student_id}/break-glass/{break_glass_id}/end",
        route: || web::post().to(administration::emergencies::end),
    },
    Endpoint { method: "POST", template: "/api/v1/ws/tickets", route: || web::post().to(tickets::create) },
];

/// Registers the table: one resource a template, with a proper answer to other methods.
pub fn routes(config: &mut web::ServiceConfig) {
    config.app_data(web::JsonConfig::default().limit(MAX_JSON_BYTES).error_handler(problem::from_json));
    let mut templates: Vec<&str> = ENDPOINTS.iter().map(|endpoint| endpoint.template).collect();
    templates.dedup();
    for template in templates {
        let rows = || ENDPOINTS.iter().filter(|endpoint| endpoint.template == template);
        let allowed = rows().map(|endpoint| endpoint.method).collect::<Vec<_>>().join(", ");
        let other = move || {
            let refusal = problem::Problem::method_not_allowed(allowed.clone());
            async move { Err::<String, _>(refusal) }
        };
        let resource = rows().fold(web::resource(template), |resource, endpoint| resource.route((endpoint.route)()));
        config.service(resource.default_service(web::to(other)));
    }
}

#[cfg(test)]
mod tests {
    use super::ENDPOINTS;

    #[test]
    fn rows_of_one_template_stand_together() {
        // `routes` folds neighbours into one resource; a second resource of the same template would never be asked.
        let mut templates: Vec<_> = ENDPOINTS.iter().map(|endpoint| endpoint.template).collect();
        templates.dedup();
        let neighbours = templates.len();
        templates.sort_unstable();
        templates.dedup();
        assert_eq!(templates.len(), neighbours);
    }

    #[test]
    fn every_address_is_described_except_the_description() {
        let described = super::openapi::json();
        for endpoint in
            ENDPOINTS.iter().filter(|e| !e.template.starts_with("/api/docs") && e.template != "/api/openapi.json")
        {
            assert!(described.contains(&format!("\"{}\"", endpoint.template)), "{}", endpoint.template);
        }
    }
}
