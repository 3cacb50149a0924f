//! Mails, over real SMTP conversations with a mail server on this machine.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mailin::{Action, Handler, Response, SessionBuilder, response};
use serde_json::json;

use super::World;
use super::fixture::CANARY;
use super::invitations::{family, mailed_token};
use crate::support::{eventually, eventually_within};

/// What somebody received: recipient and the whole message.
type Received = Arc<Mutex<Vec<(String, String)>>>;

#[derive(Clone)]
struct Postbox {
    received: Received,
    to: String,
    data: Vec<u8>,
}

impl Handler for Postbox {
    fn helo(&mut self, _: IpAddr, _: &str) -> Response {
        response::OK
    }

    fn mail(&mut self, _: IpAddr, _: &str, _: &str) -> Response {
        response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        if to.contains("nobody") {
            return response::NO_MAILBOX;
        }
        to.clone_into(&mut self.to);
        response::OK
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, _: &[String]) -> Response {
        self.data.clear();
        response::OK
    }

    fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.data.extend_from_slice(bytes);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let text = String::from_utf8_lossy(&self.data).into_owned();
        self.received.lock().expect("nobody panicked").push((self.to.clone(), text));
        response::OK
    }
}

/// A mail server on `port`. Its thread ends with the test program.
fn mail_server(listener: TcpListener) -> Received {
    let received = Received::default();
    let postbox = Postbox { received: Arc::clone(&received), to: String::new(), data: Vec::new() };
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let postbox = postbox.clone();
            // A conversation that breaks off is the client's to notice.
            std::thread::spawn(move || converse(&stream, postbox));
        }
    });
    received
}

fn converse(stream: &TcpStream, postbox: Postbox) -> io::Result<()> {
    let mut session = SessionBuilder::new("mail.example.org").build(IpAddr::V4(Ipv4Addr::LOCALHOST), postbox);
    let (mut lines, mut output) = (BufReader::new(stream), stream);
    session.greeting().write_to(&mut output)?;
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let answer = session.process(&line);
        line.clear();
        if !matches!(answer.action, Action::NoReply) {
            answer.write_to(&mut output)?;
            output.flush()?;
        }
        if matches!(answer.action, Action::Close) {
            break;
        }
    }
    Ok(())
}

fn settings(port: u16) -> [(&'static str, String); 3] {
    [
        ("KAZUMI_SMTP_URL", format!("smtp://127.0.0.1:{port}")),
        ("KAZUMI_MAIL_FROM", "Kazumi <kazumi@example.org>".to_owned()),
        ("KAZUMI_PUBLIC_ORIGINS", "https://pei.example.org".to_owned()),
    ]
}

async fn world(port: u16) -> World {
    let settings = settings(port);
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    World::new(&settings).await
}

async fn invite(world: &World, address: &str) {
    let mut body = family(world);
    body["email"] = json!(address);
    let answer = world.sign_in("principal").await.send(&world.url("/api/v1/invitations"), &body).await;
    assert_eq!(answer.status(), 201);
}

/// Undoes "quoted-printable" as far as our texts need it.
fn plain(message: &str) -> String {
    message.replace("=\r\n", "").replace("=3D", "=")
}

async fn waiting(world: &World) -> i64 {
    let owner = world.server.database.owner().await;
    owner.query_one("select count(*) from outbox", &[]).await.expect("a count").get(0)
}

#[tokio::test]
async fn an_invitation_leaves_as_a_mail_with_its_link_and_is_forgotten() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let received = mail_server(listener);
    let world = world(port).await;
    invite(&world, "ana@example.org").await;
    let (to, message) =
        eventually("the mail arrives", async || received.lock().expect("nobody panicked").first().cloned()).await;
    let message = plain(&message);
    assert_eq!(to, "ana@example.org");
    assert!(message.contains("https://pei.example.org/convite#"), "{message}");
    assert!(message.contains("From: Kazumi <kazumi@example.org>") && message.contains("Message-ID: <"), "{message}");
    assert!(!message.contains(CANARY) && !message.contains("School") && !message.contains("{origin}"), "{message}");
    eventually("it is forgotten", async || (waiting(&world).await == 0).then_some(())).await;
    assert!(world.server.metric(r#"kazumi_mails_total{result="sent"}"#).await >= 1.0);
    assert!(world.server.metric(r#"kazumi_mails_total{result="queued"}"#).await >= 1.0);

    invite(&world, "nobody@example.org").await;
    eventually("a refusal for good ends it", async || {
        (world.server.metric(r#"kazumi_mails_total{result="failed"}"#).await >= 1.0).then_some(())
    })
    .await;
    eventually("it is forgotten too", async || (waiting(&world).await == 0).then_some(())).await;
    assert_eq!(received.lock().expect("nobody panicked").len(), 1);
}

#[tokio::test]
async fn a_mail_survives_a_mail_server_that_is_away_and_a_server_that_is_killed() {
    // Taken, so that nobody else gets it, and answering nobody yet.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let mut world = world(port).await;
    invite(&world, "ana@example.org").await;
    let token = mailed_token(&world, "ana@example.org").await;
    eventually("it is tried in vain", async || {
        (world.server.metric(r#"kazumi_mails_total{result="retried"}"#).await >= 1.0).then_some(())
    })
    .await;
    world.server.kill9();
    let received = mail_server(TcpListener::bind(("127.0.0.1", port)).expect("the port is free again"));
    world.server.start().await;
    let (_, message) = eventually_within(Duration::from_secs(60), "the mail arrives", async || {
        received.lock().expect("nobody panicked").first().cloned()
    })
    .await;
    assert!(plain(&message).contains(&token));
    eventually("it is forgotten", async || (waiting(&world).await == 0).then_some(())).await;
}

#[tokio::test]
async fn a_server_shows_nobody_the_mails_it_sends() {
    let world = World::new(&[]).await;
    for path in ["/dev/mailbox", "/dev/mailbox.json"] {
        assert_eq!(reqwest::get(world.url(path)).await.expect("an answer").status(), 404, "{path}");
    }
}
