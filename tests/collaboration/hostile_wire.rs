//! Broken WebSocket frames and broken handshakes against the real endpoints, byte by byte over TCP. The server answers with the close
//! code or the status that the standard has for it, or not at all; nobody else notices.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngCore, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::document_of;
use super::raw::{RawClient, Scribe};
use crate::support::{PATIENCE, TestServer, report};

/// Frames tried.
const FRAMES: u64 = 2_000;
/// At the same time.
const AT_ONCE: usize = 32;
/// How long an answer is waited for before more is sent; a slow server only gets more to read.
const SILENCE: Duration = Duration::from_millis(100);
/// What a socket may end with: without a word (a reset overtook it), without a code, or with one that may stand in a frame (a mutated
/// goodbye is answered with its own).
fn is_goodbye(code: u16) -> bool {
    matches!(code, 0 | 1000..=1003 | 1005 | 1007..=1014 | 3000..=4999)
}

/// Sends bytes on a fresh connection and returns all that comes back until the server ends it. When it is silent for a while it waits
/// for the rest of something: then so much of a byte that no frame and no request begins with follows that it must come to an end.
async fn exchange(port: u16, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the server listens");
    let mut answer = Vec::new();
    let talk = async {
        // A server that has heard enough may close before all is sent.
        let _ = stream.write_all(bytes).await;
        let mut part = [0; 4096];
        loop {
            match tokio::time::timeout(SILENCE, stream.read(&mut part)).await {
                Ok(Ok(read @ 1..)) => {
                    answer.extend_from_slice(&part[..read]);
                    // Its last word; that the connection goes too is the server's business and takes it a moment.
                    if status(&answer) >= 400 || close_code(&answer) != 0 {
                        return;
                    }
                }
                Ok(_) => return,
                Err(_) if stream.write_all(&[0xff; 70 * 1024]).await.is_err() => return,
                Err(_) => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, talk).await.expect("the server ends the connection");
    answer
}

fn handshake(path: &str, extra: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{extra}\r\n"
    )
    .into_bytes()
}

fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(answer);
    text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}

/// The code of the first close frame behind the answer's head; 0 without one.
fn close_code(answer: &[u8]) -> u16 {
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
    let mut rest = &answer[head..];
    while let [first, length, behind @ ..] = rest {
        let length = usize::from(*length);
        if *first == 0x88 {
            return if length >= 2 { u16::from_be_bytes([behind[0], behind[1]]) } else { 1005 };
        }
        rest = behind.get(length..).unwrap_or_default();
    }
    0
}

/// A masked frame.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..=125 => bytes.push(0x80 | short as u8),
        long => {
            bytes.push(0x80 | 126);
            bytes.extend((long as u16).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend_from_slice(payload);
    bytes
}

/// Frames with the code that each must end its socket with.
fn broken() -> Vec<(&'static str, Vec<u8>, u16)> {
    let huge = |length: u64| [&[0x82, 0xff][..], &length.to_be_bytes(), &[0; 4]].concat();
    vec![
        ("a first reserved bit", frame(0xc2, b"x"), 1002),
        ("a second reserved bit", frame(0xa2, b"x"), 1002),
        ("a third reserved bit", frame(0x92, b"x"), 1002),
        ("a reserved opcode", frame(0x83, b"x"), 1002),
        ("a reserved control opcode", frame(0x8b, b"x"), 1002),
        ("no mask", vec![0x82, 1, b'x'], 1002),
        ("a ping in parts", frame(0x09, b"x"), 1002),
        ("a ping of 126 bytes", frame(0x89, &[0; 126]), 1002),
        ("a goodbye of 126 bytes", frame(0x88, &[3; 126]), 1002),
        ("the middle of nothing", frame(0x00, b"x"), 1002),
        ("the end of nothing", frame(0x80, b"x"), 1002),
        ("a message within a message", [frame(0x02, b"x"), frame(0x82, b"y")].concat(), 1002),
        ("a goodbye of one byte", frame(0x88, &[3]), 1002),
        ("a goodbye with a code that nobody may send", frame(0x88, &1005u16.to_be_bytes()), 1002),
        ("a goodbye with code 0", frame(0x88, &[0, 0]), 1002),
        ("a goodbye with code 65535", frame(0x88, &[255, 255]), 1002),
        ("a goodbye whose reason is no text", frame(0x88, &[3, 0xe8, 0xff]), 1002),
        ("2^63 bytes", huge(1 << 63), 1009),
        ("2^40 bytes", huge(1 << 40), 1009),
        ("text that is no text", frame(0x81, &[0xff, 0xfe]), 1007),
        ("text", frame(0x81, b"hello"), 4400),
        ("the beginning of a text", frame(0x01, b"he"), 4400),
        ("an empty message", frame(0x82, b""), 4400),
    ]
}

fn mutated(random: &mut StdRng) -> Vec<u8> {
    let first = *[0x82, 0x02, 0x80, 0x00, 0x89, 0x8a, 0x88, 0x81].choose(random).expect("some");
    let mut payload = vec![0; random.random_range(0..200)];
    random.fill_bytes(&mut payload);
    let mut bytes = [frame(0x82, &[3, b'd', b'o', b'c', 0, 0, 1, 0]), frame(first, &payload)].concat();
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..bytes.len().min(32));
        match random.random_range(0..4) {
            0 => bytes[at] ^= 1 << random.random_range(0..8),
            1 => bytes[at] = random.random(),
            2 => bytes.insert(at, random.random()),
            _ => drop(bytes.remove(at)),
        }
    }
    bytes.extend(frame(0x88, &1000u16.to_be_bytes()));
    bytes
}

#[tokio::test]
async fn broken_frames_end_their_socket_with_the_code_for_it() {
    let server = TestServer::spawn().await;
    let open = handshake("/ws/collab", "");
    for (what, bytes, code) in broken() {
        let answer = exchange(server.port, &[&open[..], &bytes].concat()).await;
        assert_eq!((status(&answer), close_code(&answer)), (101, code), "{what}");
    }
}

#[tokio::test]
async fn thousands_of_mutated_frames_leave_the_server_and_its_members_alone() {
    let server = TestServer::spawn().await;
    let writer = server.login("luciana.prado").await;
    let document = document_of(&writer, "Lara", "ec_potencialidades").await;
    let mut neighbour = RawClient::join(&server, &document, &writer.access_token).await;
    let mut scribe = Scribe::new();
    let seed = std::env::var("KAZUMI_FRAME_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_123);
    let (open, port, process) = (handshake("/ws/collab", ""), server.port, server.process_id());
    let codes: Vec<u16> = stream::iter(0..FRAMES)
        .map(|index| {
            let bytes = [&open[..], &mutated(&mut StdRng::seed_from_u64(seed + index))].concat();
            async move { close_code(&exchange(port, &bytes).await) }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut count = BTreeMap::new();
    for code in codes {
        assert!(is_goodbye(code), "code {code}; KAZUMI_FRAME_SEED={seed}");
        *count.entry(code).or_insert(0) += 1;
    }
    report!("mutated frames: {FRAMES} tried, by close code (0: none) {count:?}");
    assert!(count.get(&1002).is_some_and(|broken| *broken > 100), "the mutations reach the rules: {count:?}");
    neighbour.update(&scribe.write("intacto")).await.expect("the neighbour's socket lives");
    assert!(neighbour.saved().await);
    assert_eq!(server.process_id(), process);
}

/// A hundred thousand empty parts and pings, and half a frame followed by silence.
#[tokio::test]
async fn floods_of_empty_parts_and_pings_and_half_a_frame_cost_only_their_sender() {
    let server = TestServer::spawn().await;
    let open = handshake("/ws/collab", "");
    let parts = [frame(0x02, b""), frame(0x00, b"").repeat(100_000)].concat();
    let pings = frame(0x89, b"").repeat(100_000);
    let half = frame(0x82, &[0; 100])[..20].to_vec();
    let before = server.resident_kib();
    for bytes in [parts, pings, half] {
        let answer = exchange(server.port, &[&open[..], &bytes].concat()).await;
        assert_eq!(status(&answer), 101);
        assert!(is_goodbye(close_code(&answer)));
    }
    let grown = server.resident_kib().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB more");
}

/// Requests that must not become sockets.
fn refused_handshakes(port: u16) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let own = format!("http://127.0.0.1:{port}");
    for path in ["/ws/collab", "/ws/y/pei/x"] {
        let whole = String::from_utf8(handshake(path, "")).expect("text");
        let mut with = |what: &str, bytes: String| found.push((format!("{path}: {what}"), bytes.into_bytes()));
        for origin in [
            "null",
            "",
            "http://evil.test",
            "http://127.0.0.1.evil.test",
            "http://127.0.0.1@evil.test",
            "file://",
            "127.0.0.1",
        ] {
            with(&format!("origin {origin:?}"), whole.replace("\r\n\r\n", &format!("\r\nOrigin: {origin}\r\n\r\n")));
        }
        for suffix in [".evil.test", "0", "/", " http://evil.test", "@evil.test", "\u{0}"] {
            let origin = format!("\r\nOrigin: http://127.0.0.1{suffix}\r\n\r\n");
            with(&format!("origin with {suffix:?} behind it"), whole.replace("\r\n\r\n", &origin));
        }
        let good = "Origin: http://127.0.0.1\r\n";
        for (one, other) in
            [(good, "Origin: http://evil.test\r\n"), ("Origin: http://evil.test\r\n", good), (good, good)]
        {
            with("two origins", whole.replace("\r\n\r\n", &format!("\r\n{one}{other}\r\n")));
        }
        with("an origin of another port", whole.replace("\r\n\r\n", &format!("\r\nOrigin: {own}\r\n\r\n")));
        for name in ["Upgrade", "Connection", "Sec-WebSocket-Version", "Sec-WebSocket-Key"] {
            let without: Vec<&str> =
                whole.split("\r\n").filter(|line| !line.starts_with(&format!("{name}:"))).collect();
            with(&format!("without {name}"), without.join("\r\n"));
            with(
                &format!("{name} twice"),
                match name {
                    "Sec-WebSocket-Key" => {
                        whole.replace("\r\n\r\n", "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    }
                    _ => without.join("\r\n"),
                },
            );
        }
        let versions = (0..32).filter(|version| *version != 13).map(|version: u32| version.to_string());
        for version in versions.chain(["-13", "13.0", "99999999999", "x", ""].map(str::to_owned)) {
            with(&format!("version {version:?}"), whole.replace("Version: 13", &format!("Version: {version}")));
        }
        for key in [
            "",
            "x",
            "====",
            "dGhlIHNhbXBsZSBub25j",
            "dGhlIHNhbXBsZSBub25jZXh4eHh4",
            &"A".repeat(4_000),
            "dGhlIHNhbXBsZSBub25jZQ",
            "!!!!!!!!!!!!!!!!!!!!!!==",
        ] {
            with(&format!("key of {} bytes", key.len()), whole.replace("dGhlIHNhbXBsZSBub25jZQ==", key));
        }
        for upgrade in ["h2c", "websocke", "web socket", "TLS/1.0", ""] {
            with(
                &format!("upgrade to {upgrade:?}"),
                whole.replace("Upgrade: websocket", &format!("Upgrade: {upgrade}")),
            );
        }
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "get", "G E T"] {
            with(&format!("method {method}"), whole.replacen("GET", method, 1));
        }
        for version in ["HTTP/0.9", "HTTP/2.0", "HTTP/3", "HTTP/11", "HTTP"] {
            with(version, whole.replacen("HTTP/1.1", version, 1));
        }
        with("a header of 100 kB", whole.replace("\r\n\r\n", &format!("\r\nX: {}\r\n\r\n", "x".repeat(100_000))));
        with("a thousand headers", whole.replace("\r\n\r\n", &format!("\r\n{}\r\n", "X: y\r\n".repeat(1_000))));
        with("an address of 100 kB", whole.replacen(path, &format!("{path}?{}", "x".repeat(100_000)), 1));
        for body in [
            "Content-Length: 4\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 4",
            "Content-Length: 4\r\nContent-Length: 5",
            "Content-Length: -1",
            "Content-Length: 4x",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: xchunked",
        ] {
            with(body, whole.replace("\r\n\r\n", &format!("\r\n{body}\r\n\r\n0\r\n\r\n")));
        }
        for line in ["X : y", " X: y", "X\u{0}: y", "X: y\u{0}", "X", ": y", "X: a\r\n b"] {
            with(&format!("header line {line:?}"), whole.replace("\r\n\r\n", &format!("\r\n{line}\r\n\r\n")));
        }
    }
    found.push(("the preface of HTTP/2".to_owned(), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()));
    found.push(("TLS".to_owned(), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()));
    found.push(("nothing".to_owned(), Vec::new()));
    found.push(("zero bytes".to_owned(), vec![0; 1_000]));
    found
}

#[tokio::test]
async fn broken_handshakes_become_no_sockets_and_no_server_errors() {
    let server = TestServer::spawn().await;
    let mut count = BTreeMap::new();
    let cases = refused_handshakes(server.port);
    let (port, number) = (server.port, cases.len());
    let answers = stream::iter(cases).map(|(what, bytes)| async move { (what, exchange(port, &bytes).await) });
    let answers: Vec<_> = answers.buffer_unordered(AT_ONCE).collect().await;
    for (what, answer) in answers {
        let status = status(&answer);
        assert!(status == 0 || (400..500).contains(&status), "{what}: {status}\n{}", String::from_utf8_lossy(&answer));
        *count.entry(status).or_insert(0) += 1;
    }
    report!("broken handshakes: {} tried, by status (0: closed without an answer) {count:?}", number);
    let whole = exchange(server.port, &handshake("/ws/collab", "Origin: http://127.0.0.1\r\n")).await;
    assert_eq!(status(&whole), 101, "a good one passes");
    tokio::time::timeout(Duration::from_secs(20), server.metric("kazumi_doc_actors"))
        .await
        .expect("the server answers");
}
