//! What people write and type is nowhere but where it belongs: a server at its most talkative is asked everything, by everybody, rightly
//! and wrongly, and afterwards no name, text, address, password or secret is found in its log, metrics, refusals, records, temporary
//! files, nor in what its commands print.

use std::fs;
use std::path::Path;

use bytes::{BufMut, BytesMut};
use kazumi::crdt::{AwarenessEntry, encode_awareness};
use kazumi::domain::pei::Section;
use kazumi::http::ENDPOINTS;
use kazumi::protocol::wire::put_var_bytes;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;

use super::World;
use super::fixture::{PASSWORD, Person, email};
use super::places::Target;
use crate::collaboration::raw::{RawClient, Scribe};
use crate::support::report;

/// What is typed where it does not belong, or in vain.
const TYPED: &str = "digitado-4c7e91";
const WRONG_PASSWORD: &str = "senha-errada-8b2d05";
const STRANGE_ADDRESS: &str = "desconhecida-5e1f@example.net";
/// What is written into plans, and what presence says.
const WRITTEN: &str = "escrito-no-plano-e70a";
const PRESENT: &str = "presente-c19b";

/// Everything that must not be found, with what it is.
struct Canaries(Vec<(String, String)>);

impl Canaries {
    fn new() -> Self {
        let mut all = Vec::new();
        let mut add = |what: &str, text: &str| all.push((what.to_owned(), text.to_owned()));
        // Of names and texts of the fixture; without the accent, which some writers escape.
        for mark in ["7f3a", "91c0", "b2d7", "c4e8", "d61b", "e935"] {
            add("a name or text", &format!("rio-{mark}"));
        }
        add("a password", PASSWORD);
        add("a wrong password", WRONG_PASSWORD);
        add("an address", "@example.org");
        add("an unknown address", STRANGE_ADDRESS);
        add("something typed", TYPED);
        add("something written", WRITTEN);
        add("a presence", PRESENT);
        Self(all)
    }

    fn add_secret(&mut self, what: &str, secret: &str) {
        assert!(secret.len() > 20, "{what} is long enough to be found by nothing else");
        self.0.push((what.to_owned(), secret.to_owned()));
    }

    /// What is found in these bytes.
    fn in_bytes(&self, place: &str, bytes: &[u8]) -> Vec<String> {
        let found = self.0.iter().filter(|(_, text)| bytes.windows(text.len()).any(|window| window == text.as_bytes()));
        found.map(|(what, text)| format!("{place} holds {what}: {text:.30}")).collect()
    }

    fn in_folder(&self, folder: &Path) -> Vec<String> {
        let mut faults = Vec::new();
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                faults.extend(self.in_folder(&entry));
            } else if let Ok(bytes) = fs::read(&entry) {
                faults.extend(self.in_bytes(&entry.display().to_string(), &bytes));
            }
        }
        faults
    }
}

/// Sends every address what it does not expect; returns the refusals.
async fn ask_wrongly(world: &World, http: &Client, token: Option<&str>) -> Vec<(String, String)> {
    let mut refusals = Vec::new();
    for endpoint in ENDPOINTS {
        let parameters = |text: &str| {
            let mut path = String::new();
            for (at, piece) in endpoint.template.split(['{', '}']).enumerate() {
                path.push_str(if at % 2 == 0 { piece } else { text });
            }
            path
        };
        let own = world.child(Target::Own).pei.to_string();
        let far = world.child(Target::OtherNetwork).pei.to_string();
        for (path, body) in [
            (parameters(TYPED), None),
            (parameters(&own), Some(json!({ "email": STRANGE_ADDRESS, "password": WRONG_PASSWORD }).to_string())),
            (parameters(&far), Some(json!({ TYPED: TYPED, "password": WRONG_PASSWORD }).to_string())),
            (format!("{}?nome={TYPED}&email={STRANGE_ADDRESS}", parameters(&far)), Some(format!("{{\"a\": {TYPED}"))),
        ] {
            let method: Method = endpoint.method.parse().expect("a method");
            for method in [method, Method::DELETE] {
                let mut request = http.request(method.clone(), world.url(&path)).header("x-kazumi", "1");
                request = request.header("user-agent", TYPED).header("referer", format!("https://x/{TYPED}"));
                request = request.header("accept-language", TYPED);
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                if let Some(body) = &body {
                    request = request.header("content-type", "application/json").body(body.clone());
                }
                let answer = request.send().await.expect("an answer");
                let status = answer.status().as_u16();
                if status >= 400 {
                    let headers = format!("{:?}", answer.headers());
                    refusals
                        .push((format!("{method} {path}: {status}"), headers + &answer.text().await.expect("a body")));
                }
            }
        }
    }
    refusals
}

/// Writes into a section, is present in it, and says what no client says.
async fn talk(world: &World, person: &Person) {
    let document = world.child(Target::Own).document(Section::Strengths);
    let mut client = RawClient::open(&world.server, &document).await;
    client.token(TYPED).await;
    client.hear().await;
    let mut client = RawClient::join(&world.server, &document, &person.token).await;
    client.update(&Scribe::new().write(WRITTEN)).await.expect("the socket is open");
    client.saved().await;
    let state = Some(json!({ "user": { "name": PRESENT } }).to_string());
    let mut presence = BytesMut::from(&[1][..]);
    put_var_bytes(&mut presence, &encode_awareness(&[AwarenessEntry { client: 77, clock: 1, state }]));
    client.say(&presence).await.expect("the socket is open");
    client.whole_document().await;
    // A presence that is no presence, an edit that is none, a frame that is none: each ends its own socket.
    for kind in [&[1_u8][..], &[0, 2], &[0, 1], &[0, 0], &[9]] {
        let mut bad = BytesMut::from(kind);
        put_var_bytes(&mut bad, WRITTEN.as_bytes());
        bad.put_slice(TYPED.as_bytes());
        let mut client = RawClient::join(&world.server, &document, &person.token).await;
        client.say(&bad).await.expect("the socket is open");
        client.hear().await;
    }
    let mut stranger = RawClient::open(&world.server, &format!("pei/{TYPED}/{TYPED}")).await;
    stranger.token(&person.token).await;
    stranger.hear().await;
    for address in [format!("/ws/y/{TYPED}?ticket={TYPED}"), format!("/ws/y/{document}?ticket={TYPED}&nome={TYPED}")] {
        drop(connect_async(world.server.ws_url(&address)).await);
    }
}

#[tokio::test]
async fn no_name_text_address_password_or_secret_leaves_by_log_metric_refusal_record_or_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let temporary = folder.path().to_str().expect("text");
    let world = World::new(&[("KAZUMI_LOG", "trace"), ("TMPDIR", temporary), ("RUST_BACKTRACE", "1")]).await;
    let owner = world.server.database.owner().await;
    let mut canaries = Canaries::new();
    let mut refusals = Vec::new();
    for relation in ["principal", "class_teacher", "guardian", "other_school"] {
        let person = world.sign_in(relation).await;
        canaries.add_secret("an access token", person.token.rsplit('.').next().expect("a signature"));
        let ticket: Value = person.post(&world.url("/api/v1/ws/tickets")).await.json().await.expect("JSON");
        canaries.add_secret("a ticket", ticket["ticket"].as_str().expect("a ticket"));
        let address = format!("/ws/y/{}", world.child(Target::Own).document(Section::Strengths));
        let ticket = ticket["ticket"].as_str().expect("a ticket");
        drop(connect_async(world.server.ws_url(&format!("{address}?ticket={ticket}"))).await);
        person.get(&world.url("/api/v1/students")).await;
        person.get(&world.pei_url()).await;
        let answer = world.login(&Client::new(), &email(relation), WRONG_PASSWORD).await;
        refusals.push((format!("login of {relation}"), answer.text().await.expect("a body")));
        let answer = world.login(&Client::new(), STRANGE_ADDRESS, PASSWORD).await;
        refusals.push(("login of nobody".to_owned(), answer.text().await.expect("a body")));
        if relation == "class_teacher" {
            talk(&world, &person).await;
            refusals.extend(ask_wrongly(&world, &Client::new(), Some(&person.token)).await);
        }
    }
    refusals.extend(ask_wrongly(&world, &Client::new(), None).await);
    refusals.extend(ask_wrongly(&world, &Client::new(), Some(TYPED)).await);
    let answer = world.login(&Client::new(), &email("coordinator"), PASSWORD).await;
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
    canaries.add_secret("a refresh token", cookie.split(['=', ';']).nth(1).expect("a value"));

    // What people run on the server prints no content either.
    let documents = owner.query("select document_id::text from pei_documents", &[]).await.expect("rows");
    let document: String = documents[0].get(0);
    let mut printed = String::new();
    for command in [&["doc", "inspect", &document][..], &["doctor"], &["doc", "inspect", TYPED]] {
        let (Ok(text) | Err(text)) = world.server.command(command);
        // What somebody typed is quoted to them at their own terminal, nowhere else.
        printed.push_str(&text.replace(TYPED, ""));
    }

    // A failure in the database, with parameters and rows in its hands.
    let person = world.sign_in("psychologist").await;
    owner.batch_execute("alter table students rename column name to other_name").await.expect("renamed");
    for path in ["/api/v1/students".to_owned(), format!("/api/v1/peis/{}", world.pei)] {
        let answer = person.get(&world.url(&path)).await;
        assert!(answer.status().is_server_error(), "{path}");
        let text = answer.text().await.expect("a body");
        for internal in ["select", "column", "other_name", "postgres", "src/", ".rs", "panicked"] {
            assert!(!text.to_lowercase().contains(internal), "{path} tells {internal}: {text}");
        }
        refusals.push((path, text));
    }

    let metrics = reqwest::get(world.url("/metrics")).await.expect("an answer").text().await.expect("text");
    let log = world.server.log();
    assert!(log.lines().count() > 50, "the log was kept");
    let records = "select coalesce(string_agg(t::text, e'\\n'), '') from (
                       select a::text as t from audit_log a union all select a::text from access_log a) t";
    let records: String = owner.query_one(records, &[]).await.expect("text").get(0);
    let mut faults = canaries.in_bytes("the metrics", metrics.as_bytes());
    faults.extend(
        log.lines().flat_map(|line| canaries.in_bytes(&format!("a line of the log ({line:.300})"), line.as_bytes())),
    );
    faults.extend(canaries.in_bytes("the records", records.as_bytes()));
    faults.extend(canaries.in_bytes("what commands print", printed.as_bytes()));
    for (what, text) in &refusals {
        faults.extend(canaries.in_bytes(&format!("the answer to {what}"), text.as_bytes()));
    }
    faults.extend(canaries.in_folder(folder.path()));
    report!(
        "{} canaries sought in {} lines of log, {} refusals, metrics, records, commands and files: {} found",
        canaries.0.len(),
        log.lines().count(),
        refusals.len(),
        faults.len()
    );
    faults.dedup();
    assert!(faults.is_empty(), "{} found:\n{}", faults.len(), faults[..faults.len().min(25)].join("\n"));
    assert!(refusals.len() > 100 && !canaries.in_bytes("a probe", WRITTEN.as_bytes()).is_empty());
}
