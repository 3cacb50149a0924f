//! `kill -9` of the server while people type: what was acknowledged is stored, and what was shown to others is stored. A server
//! that is stopped in order says goodbye and loses nothing either.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::document_of;
use super::raw::{Heard, RawClient, Scribe, tokens};
use crate::faults::diary::Diary;
use crate::faults::team::Team;
use crate::faults::{SECTION, newcomer_sees};
use crate::support::{TestServer, amount};

#[tokio::test]
async fn ten_writers_lose_nothing_acknowledged_or_shown_when_the_server_is_killed_again_and_again() {
    let rounds = amount("KAZUMI_KILL_SERVER_ROUNDS", 20);
    let mut server = TestServer::spawn().await;
    let diary = Arc::new(Diary::default());
    let team = Team::sit_down(&server, SECTION, 10, 8, &diary).await;
    for round in 0..rounds {
        // The moment of death is random, but only after this round's writing is well under way.
        diary.acknowledges(40 + rand::random_range(0..200)).await;
        server.kill9();
        team.is_cut_off().await;
        diary.is_kept(&server.database).await;
        server.start().await;
        if round % 20 == 19 {
            team.sign_in(&server).await;
        }
    }
    team.finish().await;
    diary.compare(&server.database, &format!("kill -9 of the server: {rounds} rounds, 10 writers")).await;
    let seen: HashSet<String> = newcomer_sees(&server, SECTION).await.into_iter().collect();
    assert_eq!(seen.len(), diary.counts().0, "what is stored is what a newcomer is shown");
}

#[tokio::test]
async fn a_stopped_server_ends_its_sockets_with_restarting_and_loses_nothing() {
    let mut server = TestServer::spawn().await;
    let person = server.login("luciana.prado").await;
    let document = document_of(&person, "Lara", "ec_potencialidades").await;
    let mut client = RawClient::join(&server, &document, &person.access_token).await;
    let mut scribe = Scribe::new();
    for number in 0..50 {
        client.update(&scribe.write(&format!("<{number}>"))).await.expect("the socket is open");
    }
    let (status, heard) = tokio::join!(server.sigterm(), async {
        let mut saved = 0;
        loop {
            match client.hear_within(Duration::from_secs(20)).await {
                Some(Heard::Saved(true)) => saved += 1,
                Some(Heard::Closed(code)) => return (saved, code),
                Some(_) => {}
                None => panic!("the socket stays open while the server goes down"),
            }
        }
    });
    let (saved, code) = heard;
    assert!(status.success(), "{status}");
    assert_eq!(code, 1012);
    server.start().await;
    let person = server.login("luciana.prado").await;
    let whole = RawClient::join(&server, &document, &person.access_token).await.whole_document().await;
    assert!(tokens(&whole).len() >= saved, "{} of {saved} acknowledged edits are there", tokens(&whole).len());
}
