//! What the server knows about its own place: its origins, its cookies, the headers on every answer.

use std::path::PathBuf;

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use crate::config::Config;

/// The part of the configuration that shapes answers.
pub struct Site {
    /// Exact origins that may use cookies, besides the host that was asked.
    pub origins: Vec<String>,
    /// Whether the client's address comes from the proxy.
    pub trusted_proxy: bool,
    /// The built browser application.
    pub static_dir: Option<PathBuf>,
    /// Set on every answer.
    pub security_headers: Vec<(HeaderName, HeaderValue)>,
    is_secure: bool,
}

impl Site {
    /// Derives it all once.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let is_secure = config.is_secure();
        Self {
            origins: config.public_origins.clone(),
            trusted_proxy: config.trusted_proxy,
            static_dir: config.static_dir.clone(),
            security_headers: security_headers(&config.public_origins, is_secure),
            is_secure,
        }
    }

    /// The refresh cookie's name. `__Host-` makes the browser insist on `Secure`, path `/` and no domain.
    #[must_use]
    pub fn refresh_cookie_name(&self) -> &'static str {
        if self.is_secure { "__Host-kazumi_rt" } else { "kazumi_rt" }
    }

    /// The refresh cookie, to be kept for `seconds`, or until the browser is closed.
    #[must_use]
    pub fn refresh_cookie(&self, value: String, seconds: Option<i64>) -> Cookie<'static> {
        let mut cookie = Cookie::build(self.refresh_cookie_name(), value)
            .path("/")
            .http_only(true)
            .secure(self.is_secure)
            .same_site(SameSite::Strict)
            .finish();
        cookie.set_max_age(seconds.map(Duration::seconds));
        cookie
    }
}

/// `style-src` allows inline styles because the editor and the overlays inject `<style>` blocks; scripts stay strict.
/// `connect-src 'self'` covers same-origin sockets (CSP level 3); browsers that read level 2 need them spelled out.
fn security_headers(origins: &[String], is_secure: bool) -> Vec<(HeaderName, HeaderValue)> {
    let mut connect = "'self'".to_owned();
    for origin in origins {
        connect.push_str(" ws");
        connect.push_str(origin.strip_prefix("http").unwrap_or(origin));
    }
    let policy = format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; \
         media-src 'self' blob:; font-src 'self'; connect-src {connect}; worker-src 'self'; manifest-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let mut headers = vec![
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static("camera=(), geolocation=(), microphone=(self), payment=(), usb=()"),
        ),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    // An origin was checked by the configuration and is plain ASCII.
    headers.extend(HeaderValue::try_from(policy).ok().map(|value| (CONTENT_SECURITY_POLICY, value)));
    if is_secure {
        headers.push((STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains")));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(origins: &[String]) -> String {
        let headers = security_headers(origins, true);
        let (_, value) = headers.iter().find(|(name, _)| name == CONTENT_SECURITY_POLICY).unwrap();
        value.to_str().unwrap().to_owned()
    }

    #[test]
    fn the_cookie_is_bound_to_the_host_as_soon_as_others_can_reach_the_server() {
        let site = |is_secure| Site {
            origins: Vec::new(),
            trusted_proxy: false,
            static_dir: None,
            security_headers: security_headers(&[], is_secure),
            is_secure,
        };
        let cookie = site(true).refresh_cookie("x".to_owned(), Some(60)).to_string();
        let form = "__Host-kazumi_rt=x; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=60";
        assert_eq!(cookie, form);
        assert!(!site(false).refresh_cookie("x".to_owned(), Some(60)).to_string().contains("Secure"));
        let sends_hsts = |site: Site| site.security_headers.iter().any(|(name, _)| name == STRICT_TRANSPORT_SECURITY);
        assert!(sends_hsts(site(true)) && !sends_hsts(site(false)));
    }

    #[test]
    fn sockets_are_allowed_to_our_own_origins_and_no_scheme_at_large() {
        let policy = policy(&["https://pei.example.org".to_owned(), "http://127.0.0.1:8000".to_owned()]);
        assert!(policy.contains("connect-src 'self' wss://pei.example.org ws://127.0.0.1:8000;"), "{policy}");
        assert!(!policy.contains("ws:;") && !policy.contains("script-src 'self' "), "{policy}");
    }
}
