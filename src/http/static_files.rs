//! The built browser application, for servers without a proxy in front. Answers whatever no route of the table matched.
//!
//! Names with a hash are kept for ever, everything else is asked for again; an unknown page is the application's own affair
//! and gets `index.html`. A name from outside reaches the disk only after each part of it was found harmless.

use std::path::{Path, PathBuf};

use actix_files::NamedFile;
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::Services;
use super::problem::Problem;
use crate::protocol::code::Code;

/// Prefixes that belong to the server; below them an unknown address is an error, never a page.
const SERVER_PREFIXES: [&str; 3] = ["/api", "/ws", "/upload"];
/// Where the build puts files whose name holds a hash of their content.
const HASHED_PREFIX: &str = "/assets/";

/// Serves a file of the application, or its start page.
///
/// # Errors
/// Code `not_found` for addresses of the server, for missing assets, and without an application.
pub async fn serve(services: web::Data<Services>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.path();
    let is_server = SERVER_PREFIXES
        .iter()
        .any(|prefix| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    let directory = services.site.static_dir.as_deref().filter(|_| !is_server).ok_or(Code::NotFound)?;
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Problem::method_not_allowed("GET, HEAD".to_owned()));
    }
    let is_hashed = path.starts_with(HASHED_PREFIX);
    let file = match inside(directory, path) {
        Some(file) => NamedFile::open_async(file).await.ok(),
        None => None,
    };
    let (file, cache) = match file {
        Some(file) if is_hashed => (file, "public, max-age=31536000, immutable"),
        Some(file) => (file, "no-cache"),
        None if is_hashed => return Err(Code::NotFound.into()),
        None => (NamedFile::open_async(directory.join("index.html")).await.map_err(|_| Code::NotFound)?, "no-cache"),
    };
    let mut response = file.prefer_utf8(true).into_response(&request);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    Ok(response)
}

/// The file an address names; `None` unless each part is a plain name. Dots in front, separators and escapes are not.
fn inside(directory: &Path, path: &str) -> Option<PathBuf> {
    let mut file = directory.to_path_buf();
    let parts = path.strip_prefix('/')?.split('/');
    for part in parts {
        let is_plain = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
        if part.is_empty() || part.starts_with('.') || !is_plain {
            return None;
        }
        file.push(part);
    }
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_reach_the_disk() {
        let directory = Path::new("dist");
        assert_eq!(inside(directory, "/assets/index-9f.js"), Some(PathBuf::from("dist/assets/index-9f.js")));
        for path in [
            "/",
            "",
            "/../secret",
            "/assets/..",
            "/./x",
            "/.git/config",
            "//etc/passwd",
            "/a%2fb",
            "/a\\b",
            "/a\0b",
            "/é",
        ] {
            assert_eq!(inside(directory, path), None, "{path:?}");
        }
    }
}
