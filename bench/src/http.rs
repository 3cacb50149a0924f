//! Just enough HTTP to ask our own server whether it is ready and to sign in. One request a connection.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

fn ask(port: u16, request: &str) -> Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("nobody listens")?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).context("no answer")?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Whether a server says that it is ready.
pub fn is_ready(port: u16) -> bool {
    let request = format!("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    ask(port, &request).is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// Signs somebody in; an access token, for ten minutes.
///
/// # Errors
/// When the server refuses.
pub fn sign_in(port: u16, email: &str, password: &str) -> Result<String> {
    let body = json!({ "email": email, "password": password }).to_string();
    let request = format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = ask(port, &request)?;
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { bail!("no HTTP: {answer}") };
    let value: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    let token = value["access_token"].as_str().map(str::to_owned);
    token.with_context(|| format!("not signed in: {}", head.lines().next().unwrap_or_default()))
}
