//! An act of administration on one server ends what somebody has open on another: at once while the bell is heard, within seconds when it is
//! not, and nothing that is written afterwards is stored.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::document_of;
use super::raw::{Heard, RawClient, Scribe};
use crate::support::{Session, TestServer, report};

const SECTION: &str = "ec_potencialidades";

/// Two servers, the coordinator on the first, and a link of hers to end: that of Rafael Meira to Lara.
struct World {
    first: TestServer,
    second: TestServer,
    coordinator: Session,
    member: Session,
    document: String,
    student: String,
}

impl World {
    async fn new() -> Self {
        let first = TestServer::spawn().await;
        let second = first.sibling().await;
        let coordinator = first.login("marina.couto").await;
        let member = second.login("rafael.meira").await;
        let document = document_of(&member, "Lara", SECTION).await;
        let schools = coordinator.get("/api/v1/admin/schools").await.body;
        let school = schools["schools"][0]["school_id"].as_str().expect("a school").to_owned();
        let students = coordinator.get(&format!("/api/v1/admin/students?school_id={school}&q=lara")).await.body;
        let student = students["students"][0]["student_id"].as_str().expect("Lara").to_owned();
        Self { first, second, coordinator, member, document, student }
    }

    /// The living link: id and version.
    async fn link(&self) -> (String, i64) {
        let found = self.coordinator.get(&format!("/api/v1/admin/students/{}", self.student)).await.body;
        let link = found["team"]
            .as_array()
            .expect("a team")
            .iter()
            .find(|link| link["user_id"] == self.member.user["user_id"] && link["valid_to"].is_null());
        let link = link.expect("a living link");
        (link["link_id"].as_str().expect("an id").to_owned(), link["version"].as_i64().expect("a version"))
    }

    /// Ends it; when the answer came.
    async fn end(&self, (link, version): (String, i64)) -> Instant {
        let path = format!("/api/v1/admin/students/{}/team/{link}/end", self.student);
        let answer = self.coordinator.post(&path, &json!({ "version": version })).await;
        let at = Instant::now();
        assert_eq!((answer.status.as_u16(), &answer.body["applied"]), (200, &json!(true)), "{:?}", answer.body);
        at
    }

    async fn give(&self) {
        let path = format!("/api/v1/admin/students/{}/team", self.student);
        let body: Value = json!({ "user_id": self.member.user["user_id"], "function": "speech_therapist" });
        let answer = self.coordinator.post(&path, &body).await;
        assert_eq!(answer.status.as_u16(), 200, "{:?}", answer.body);
    }
}

/// Hears until the section ends; nothing of it may follow.
async fn ended(client: &mut RawClient) -> Instant {
    let ends = |heard: &Heard| matches!(heard, Heard::Ended(reason) if reason == "4404 not_found").then_some(());
    client.hear_until(ends).await;
    Instant::now()
}

fn percentiles(took: &mut [Duration]) -> (Duration, Duration) {
    took.sort();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    (at(50), at(99))
}

#[tokio::test]
async fn a_link_ended_by_rest_on_one_server_closes_the_section_on_the_other_and_nothing_follows() {
    const ROUNDS: usize = 30;
    let world = World::new().await;
    let colleague = world.second.login("luciana.prado").await;
    let mut writer = RawClient::join(&world.second, &world.document, &colleague.access_token).await;
    let mut scribe = Scribe::new();
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        let link = world.link().await;
        let mut member = RawClient::join(&world.second, &world.document, &world.member.access_token).await;
        let (answered, told) = tokio::join!(world.end(link), ended(&mut member));
        took.push(told.saturating_duration_since(answered));
        // What a colleague writes now is stored, and does not arrive at who was in the section a moment ago.
        writer.update(&scribe.write("segredo")).await.expect("the socket is open");
        assert!(writer.saved().await);
        let mut refused = RawClient::open(&world.second, &world.document).await;
        refused.token(&world.member.access_token).await;
        assert_eq!(refused.hear().await, Heard::Denied("not_found".to_owned()));
        if let Some(heard) = member.hear_within(Duration::from_millis(50)).await {
            assert!(matches!(heard, Heard::Closed(_)), "heard after the end: {heard:?}");
        }
        world.give().await;
    }
    let (p50, p99) = percentiles(&mut took);
    report!(
        "a link ended by REST, socket on another server, {ROUNDS} rounds, after the answer: p50 {p50:?}, p99 {p99:?}"
    );
}

#[tokio::test]
async fn a_link_ended_by_rest_is_found_when_the_bell_is_cut() {
    const ROUNDS: usize = 30;
    let world = World::new().await;
    let silent = "create or replace function note_changed_grants() returns trigger language plpgsql security definer \
                  set search_path = '' as $$ begin \
                  insert into public.auth_changes (user_id, student_id) select distinct user_id, student_id from changed; \
                  return null; end $$";
    world.first.database.owner().await.batch_execute(silent).await.expect("the owner may");
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        let link = world.link().await;
        let mut member = RawClient::join(&world.second, &world.document, &world.member.access_token).await;
        let (answered, told) = tokio::join!(world.end(link), ended(&mut member));
        took.push(told.saturating_duration_since(answered));
        world.give().await;
    }
    let (p50, p99) = percentiles(&mut took);
    report!("the same with the bell cut, {ROUNDS} rounds: p50 {p50:?}, p99 {p99:?}");
}

#[tokio::test]
async fn of_what_the_member_writes_after_the_answer_nothing_is_stored() {
    let world = World::new().await;
    let owner = world.first.database.owner().await;
    let statement = "select count(*) from pei_updates where author_id = $1::text::uuid";
    let author = world.member.user["user_id"].as_str().expect("an id").to_owned();
    let stored = async || -> i64 { owner.query_one(statement, &[&author]).await.expect("a count").get(0) };
    let mut client = RawClient::join(&world.second, &world.document, &world.member.access_token).await;
    let mut scribe = Scribe::new();
    client.update(&scribe.write("antes")).await.expect("the socket is open");
    assert!(client.saved().await);
    world.end(world.link().await).await;
    let before = stored().await;
    for _ in 0..20 {
        if client.update(&scribe.write("depois")).await.is_err() {
            break;
        }
    }
    loop {
        match client.hear_within(Duration::from_secs(20)).await.expect("it ends") {
            Heard::Saved(taken) => assert!(!taken, "an edit after the end of the right was acknowledged"),
            Heard::Ended(_) | Heard::Closed(_) => break,
            _ => {}
        }
    }
    assert_eq!(stored().await, before, "stored after the right had ended");
}
