//! A right that ends, ends on open sockets of every server: at once while the bell is heard, within seconds when it is not, and what is
//! written afterwards is never stored.

use std::time::{Duration, Instant};

use super::document_of;
use super::raw::{Heard, RawClient, Scribe};
use crate::support::{Session, TestServer, eventually, report};

const SECTION: &str = "ec_potencialidades";
/// The reader of these tests: his link ends and begins again.
const READER: &str = "rafael.meira";
const END: &str = "update grants set valid_from = now() - interval '2 days', valid_to = now() - interval '1 second' \
                   where user_id = (select user_id from credentials where email like 'rafael.meira@%')";
const BEGIN: &str = "update grants set valid_to = null \
                     where user_id = (select user_id from credentials where email like 'rafael.meira@%')";

async fn ended(client: &mut RawClient) -> Instant {
    let ends = |heard: &Heard| matches!(heard, Heard::Ended(reason) if reason == "4404 not_found").then_some(());
    client.hear_until(ends).await;
    Instant::now()
}

async fn two_servers() -> (TestServer, TestServer, Session, String) {
    let first = TestServer::spawn().await;
    let second = first.sibling().await;
    let reader = first.login(READER).await;
    let document = document_of(&reader, "Lara", SECTION).await;
    (first, second, reader, document)
}

#[tokio::test]
async fn an_ended_link_closes_its_sections_on_both_servers_at_once_and_a_new_one_opens_them() {
    const ROUNDS: usize = 15;
    let (first, second, reader, document) = two_servers().await;
    let owner = first.database.owner().await;
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        let mut here = RawClient::join(&first, &document, &reader.access_token).await;
        let mut there = RawClient::join(&second, &document, &reader.access_token).await;
        owner.execute(END, &[]).await.expect("the owner may");
        let committed = Instant::now();
        let (on_first, on_second) = tokio::join!(ended(&mut here), ended(&mut there));
        took.extend([on_first - committed, on_second - committed]);
        let mut refused = RawClient::open(&first, &document).await;
        refused.token(&reader.access_token).await;
        assert_eq!(refused.hear().await, Heard::Denied("not_found".to_owned()));
        owner.execute(BEGIN, &[]).await.expect("the owner may");
    }
    took.sort();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    report!("revocation on two servers, {} seats: p50 {:?}, p99 {:?}", took.len(), at(50), at(99));
    // Each seat counts once, however many looks find it.
    eventually("every seat is counted", async || {
        (first.metric("kazumi_auth_revocations_total{reason=\"right\"}").await >= ROUNDS as f64).then_some(())
    })
    .await;
    assert_eq!(first.metric("kazumi_auth_revocations_total{reason=\"right\"}").await, ROUNDS as f64);
    assert_eq!(first.metric("kazumi_auth_listener").await, 1.0);
}

#[tokio::test]
async fn when_nobody_hears_the_bell_an_ended_link_is_found_by_looking() {
    let (first, second, reader, document) = two_servers().await;
    let silent = "create or replace function note_changed_grants() returns trigger language plpgsql security definer \
                  set search_path = '' as $$ begin \
                  insert into public.auth_changes (user_id, student_id) select distinct user_id, student_id from changed; \
                  return null; end $$";
    let owner = first.database.owner().await;
    owner.batch_execute(silent).await.expect("the owner may");
    let mut here = RawClient::join(&first, &document, &reader.access_token).await;
    let mut there = RawClient::join(&second, &document, &reader.access_token).await;
    owner.execute(END, &[]).await.expect("the owner may");
    let committed = Instant::now();
    let (on_first, on_second) = tokio::join!(ended(&mut here), ended(&mut there));
    report!("revocation without a bell: {:?} and {:?}", on_first - committed, on_second - committed);
}

#[tokio::test]
async fn a_date_that_passes_ends_a_link_that_nobody_touches() {
    let (first, _second, reader, document) = two_servers().await;
    let owner = first.database.owner().await;
    let soon = "update grants set valid_to = now() + interval '3 seconds' \
                where user_id = (select user_id from credentials where email like 'rafael.meira@%')";
    owner.execute(soon, &[]).await.expect("the owner may");
    let mut client = RawClient::join(&first, &document, &reader.access_token).await;
    ended(&mut client).await;
}

#[tokio::test]
async fn a_lost_listener_comes_back_and_hears_again() {
    let (first, second, reader, document) = two_servers().await;
    let superuser = first.database.superuser().await;
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
               where query = 'listen auth_changes' and datname = current_database()";
    let mut client = RawClient::join(&first, &document, &reader.access_token).await;
    let listening = "kazumi_auth_listener";
    for server in [&first, &second] {
        eventually("it listens", async || (server.metric(listening).await == 1.0).then_some(())).await;
    }
    let count: i64 = superuser.query_one(cut, &[]).await.expect("the superuser may").get(0);
    assert_eq!(count, 2, "each server listens on one connection");
    // Whether it listens again by then or not: the change is found.
    first.database.owner().await.execute(END, &[]).await.expect("the owner may");
    ended(&mut client).await;
    eventually("it listens again", async || (first.metric(listening).await == 1.0).then_some(())).await;
}

#[tokio::test]
async fn nothing_is_stored_of_what_is_written_after_a_right_ended() {
    let (first, second, writer, document) = two_servers().await;
    let owner = first.database.owner().await;
    let count = "select count(*) from pei_updates where author_id = \
                 (select user_id from credentials where email like 'rafael.meira@%')";
    let stored = async || -> i64 { owner.query_one(count, &[]).await.expect("a count").get(0) };
    let mut clients = Vec::new();
    for server in [&first, &second] {
        let mut client = RawClient::join(server, &document, &writer.access_token).await;
        let mut scribe = Scribe::new();
        client.update(&scribe.write("antes")).await.expect("the socket is open");
        assert!(client.saved().await);
        clients.push((client, scribe));
    }
    owner.execute(END, &[]).await.expect("the owner may");
    let before = stored().await;
    for (client, scribe) in &mut clients {
        // Sent without waiting: some arrive before the server has heard of anything.
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
    }
    assert_eq!(stored().await, before, "stored after the right had ended");
}
