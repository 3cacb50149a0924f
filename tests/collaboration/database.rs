//! The database misbehaves while people type.

use std::collections::HashSet;

use super::document_of;
use super::raw::{RawClient, Scribe, tokens};
use crate::support::{TestDatabase, TestServer, eventually};

#[tokio::test]
async fn connections_that_are_cut_delay_acknowledgements_and_neither_lose_nor_double_an_edit() {
    let server = TestServer::spawn().await;
    let person = server.login("luciana.prado").await;
    let document = document_of(&person, "Lara", "ec_potencialidades").await;
    let mut client = RawClient::join(&server, &document, &person.access_token).await;
    let superuser = server.database.superuser().await;
    let (mut scribe, mut expected) = (Scribe::new(), HashSet::new());
    for round in 0..15 {
        for number in 0..20 {
            let token = format!("<{round}.{number}>");
            client.update(&scribe.write(&token)).await.expect("the socket outlives the database's connections");
            expected.insert(token);
            if number == 10 {
                let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'kazumi_writer' \
                           and datname = current_database()";
                superuser.execute(cut, &[]).await.expect("the superuser may");
            }
        }
        for _ in 0..20 {
            assert!(client.saved().await, "an edit was refused because a connection was cut");
        }
    }
    let stored: Vec<String> = server.database.log().await.iter().flat_map(|update| tokens(update)).collect();
    assert_eq!(stored.len(), expected.len(), "an edit was stored twice or not at all");
    assert_eq!(stored.into_iter().collect::<HashSet<_>>(), expected);
}

#[tokio::test]
async fn a_document_that_nobody_has_open_leaves_memory_keeps_a_snapshot_and_comes_back_whole() {
    let idle_at_once = [("KAZUMI_DOCUMENT_IDLE_SECONDS", "1")];
    let server = TestServer::over(TestDatabase::demo().await, &idle_at_once).await;
    let person = server.login("luciana.prado").await;
    let document = document_of(&person, "Lara", "ec_potencialidades").await;
    let mut client = RawClient::join(&server, &document, &person.access_token).await;
    let mut scribe = Scribe::new();
    for number in 0..250 {
        client.update(&scribe.write(&format!("<{number}>"))).await.expect("the socket is open");
    }
    for _ in 0..250 {
        assert!(client.saved().await);
    }
    let before = client.whole_document().await;
    drop(client);
    eventually("the room is gone", async || (server.metric("kazumi_doc_actors").await == 0.0).then_some(())).await;
    let covers = "select max(covers_seq) from pei_snapshots";
    let owner = server.database.owner().await;
    eventually("the log was compacted", async || {
        let covered: i64 = owner.query_one(covers, &[]).await.expect("a row").get(0);
        (covered == 250).then_some(())
    })
    .await;
    let left: i64 = owner.query_one("select count(*) from pei_updates", &[]).await.expect("a count").get(0);
    assert_eq!((left, server.database.log().await.len()), (0, 250), "rows moved, and none was lost or doubled");
    let mut client = RawClient::join(&server, &document, &person.access_token).await;
    assert_eq!(client.whole_document().await, before);
    client.update(&scribe.write("<999>")).await.expect("the socket is open");
    assert!(client.saved().await, "the same client goes on writing after the reload");
}

#[tokio::test]
async fn two_servers_on_one_database_show_each_others_edits_and_keep_no_snapshot_past_them() {
    let first = TestServer::spawn().await;
    let second = first.sibling().await;
    let person = first.login("luciana.prado").await;
    let document = document_of(&person, "Lara", "ec_potencialidades").await;
    let mut here = RawClient::join(&first, &document, &person.access_token).await;
    let mut there = RawClient::join(&second, &document, &person.access_token).await;
    let (mut scribe_here, mut scribe_there) = (Scribe::new(), Scribe::new());
    let mut written = HashSet::new();
    for number in 0..30 {
        let (mine, theirs) = (format!("<1.{number}>"), format!("<2.{number}>"));
        here.update(&scribe_here.write(&mine)).await.expect("the socket is open");
        there.update(&scribe_there.write(&theirs)).await.expect("the socket is open");
        assert!(here.saved().await && there.saved().await);
        written.extend([mine, theirs]);
    }
    // Each side's next commit tells it that the other wrote, and it reads on.
    for (client, scribe, mark) in [(&mut here, &mut scribe_here, "<3.1>"), (&mut there, &mut scribe_there, "<3.2>")] {
        client.update(&scribe.write(mark)).await.expect("the socket is open");
        assert!(client.saved().await);
        eventually("everything is here", async || {
            let seen: HashSet<String> = tokens(&client.whole_document().await).into_iter().collect();
            written.is_subset(&seen).then_some(())
        })
        .await;
    }
}
