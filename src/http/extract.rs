//! What handlers take out of a request: who asks, under which id, from which page, from which network.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HOST, HeaderName, ORIGIN};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::Services;
use super::problem::Problem;
use crate::auth::origin;
use crate::auth::principal::Principal;
use crate::domain::second_factor::Owed;
use crate::domain::session::Standing;
use crate::protocol::code::Code;
use crate::store::Asker;
use crate::store::sessions;

/// A signed-in person: the token is good and, asked of the database now, its session still counts.
#[derive(Debug, Clone, Copy)]
pub struct Authenticated(pub Principal);

impl FromRequest for Authenticated {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let partly = PartlyAuthenticated::from_request(request, payload);
        async move {
            let PartlyAuthenticated { principal, owed } = partly.await?;
            if owed.is_some() { Err(Code::SecondFactorRequired.into()) } else { Ok(Self(principal)) }
        }
        .boxed_local()
    }
}

impl Authenticated {
    /// Whether that was shown a short while ago, as for [`Confirmed`].
    ///
    /// # Errors
    /// Code `step_up_required`.
    pub async fn confirmed(self, services: &Services) -> Result<(), Problem> {
        let Self(principal) = self;
        if sessions::is_confirmed(&services.store, principal.user, principal.session).await? {
            Ok(())
        } else {
            Err(Code::StepUpRequired.into())
        }
    }
}

/// Somebody whose password was right, and who may still owe a second factor. For the few addresses that serve to pay it.
#[derive(Debug, Clone, Copy)]
pub struct PartlyAuthenticated {
    /// Who.
    pub principal: Principal,
    /// What the session owes.
    pub owed: Option<Owed>,
}

impl FromRequest for PartlyAuthenticated {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let services = services(request).clone();
        let token = header(request, &AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
        async move {
            let token = services.keys.verify(&token.ok_or(Code::Unauthenticated)?)?;
            let owed = match sessions::standing(&services.store, token.caller()).await? {
                Standing::Live => None,
                Standing::Owes(owed) => Some(owed),
                Standing::Over => return Err(Code::SessionEnded.into()),
            };
            Ok(Self { principal: Principal { user: token.user, session: token.session }, owed })
        }
        .boxed_local()
    }
}

/// A signed-in person who has shown a short while ago, in this session, who they are.
#[derive(Debug, Clone, Copy)]
pub struct Confirmed(pub Principal);

impl FromRequest for Confirmed {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (services, authenticated) = (services(request).clone(), Authenticated::from_request(request, payload));
        async move {
            let authenticated = authenticated.await?;
            authenticated.confirmed(&services).await?;
            Ok(Self(authenticated.0))
        }
        .boxed_local()
    }
}

/// The id of the request: from the proxy, or drawn here.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl RequestId {
    /// Who asks, as the store wants it for the grants and for the record.
    #[must_use]
    pub fn asked_by(self, principal: Principal) -> Asker {
        Asker { user: principal.user, session: principal.session, request_id: self.0 }
    }
}

impl FromRequest for RequestId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(Code::Internal.into()))
    }
}

/// The request does not come from a page of another site. Enough for a request that carries its own secret.
#[derive(Debug, Clone, Copy)]
pub struct SameSite;

impl FromRequest for SameSite {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // The header itself: what a client says in `X-Forwarded-Host` proves nothing.
        let host = header(request, &HOST).unwrap_or_default().to_owned();
        let from_our_page = origin::is_allowed(header(request, &ORIGIN), &host, &services(request).site.origins);
        let fetched_from = header(request, &HeaderName::from_static("sec-fetch-site"));
        let same_site = fetched_from.is_none_or(|site| site == "same-origin" || site == "none");
        ready(if from_our_page && same_site { Ok(Self) } else { Err(bad_origin()) })
    }
}

/// Our own script sent the request: `X-Kazumi: 1`, which no form and no foreign page can add without asking first. Needed
/// wherever the cookie alone speaks for a person.
#[derive(Debug, Clone, Copy)]
pub struct OwnScript;

impl FromRequest for OwnScript {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if header(request, &HeaderName::from_static("x-kazumi")) != Some("1") {
            return ready(Err(bad_origin()));
        }
        ready(SameSite::from_request(request, payload).into_inner().map(|SameSite| Self))
    }
}

/// The client's network address; behind a trusted proxy the last entry of `X-Forwarded-For`, which that proxy wrote.
#[must_use]
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    if services(request).site.trusted_proxy {
        let forwarded = header(request, &HeaderName::from_static("x-forwarded-for"));
        if let Some(address) =
            forwarded.and_then(|list| list.rsplit(',').next()).and_then(|last| last.trim().parse().ok())
        {
            return Some(address);
        }
    }
    request.peer_addr().map(|address| address.ip())
}

/// What every handler shares.
///
/// # Panics
/// Never in a running server: `app` registers it before any route.
fn services(request: &HttpRequest) -> &web::Data<Services> {
    request.app_data().expect("the application registers its services")
}

fn header<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    // Not UTF-8 is not "absent": it must not pass for a client without that header.
    request.headers().get(name).map(|value| value.to_str().unwrap_or("\u{fffd}"))
}

fn bad_origin() -> Problem {
    crate::metrics::authz_denied("origin");
    Code::BadOrigin.into()
}
