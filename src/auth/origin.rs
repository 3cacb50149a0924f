//! Which pages may speak for a signed-in person: those of the host that was asked, and those on the list. For cookies and
//! sockets alike (cross-site request forgery, cross-site WebSocket hijacking).

/// Whether a request with this `Origin` header may proceed.
///
/// * `origin`: the header as sent; `None` is not a browser, or a page of the same origin that need not say so
/// * `host`: the host and port the client asked for
/// * `listed`: exact origins from the configuration
///
/// `null`, suffixes and other ports are refused; the text is compared as a whole.
#[must_use]
pub fn is_allowed(origin: Option<&str>, host: &str, listed: &[String]) -> bool {
    let Some(origin) = origin else { return true };
    let same_host = ["https://", "http://"]
        .iter()
        .find_map(|scheme| origin.strip_prefix(scheme))
        .is_some_and(|asking| asking.eq_ignore_ascii_case(host));
    same_host || listed.iter().any(|known| known == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_host_the_list_and_clients_without_origin_pass() {
        let listed = ["https://pei.example.org".to_owned()];
        for origin in [None, Some("http://127.0.0.1:8000"), Some("https://pei.example.org")] {
            assert!(is_allowed(origin, "127.0.0.1:8000", &listed), "{origin:?}");
        }
    }

    #[test]
    fn look_alikes_are_refused() {
        let listed = ["https://pei.example.org".to_owned()];
        for origin in [
            "",
            "null",
            "https://pei.example.org.evil.test",
            "https://evil.test/https://pei.example.org",
            "http://pei.example.org",
            "https://pei.example.org:444",
            "http://127.0.0.1:8001",
            "http://127.0.0.1:8000@evil.test",
            "127.0.0.1:8000",
        ] {
            assert!(!is_allowed(Some(origin), "127.0.0.1:8000", &listed), "{origin}");
        }
    }
}
