//! One room, one order: gapless, the same for everybody, and a message that is sent again is the same message.

use std::collections::HashMap;

use kazumi::domain::conversation::{Act, EventKind, RoomKind};
use kazumi::domain::ids::{ClientMessageId, RoomId, UserId};
use kazumi::store::rooms::log::{Fate, Mark, NewEvent, append, mark};
use kazumi::store::rooms::{Part, events};

use super::{Demo, message, store, stored};
use crate::support::report;

fn text(body: &str, reply_to: Option<i64>) -> Act {
    Act::Text { body: body.to_owned(), reply_to }
}

/// Every event of a room, as the owner sees it: sequence, ordinal, kind, sender, the device's name.
async fn whole(demo: &Demo, room: RoomId) -> Vec<(i64, i64, String)> {
    let statement = "select seq, message_no, kind from room_events where room_id = $1 order by seq";
    let rows = demo.owner.query(statement, &[&room.0]).await.expect("the log");
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

/// Fails unless the log of a room has no gap and its counters are those of the log.
pub async fn is_gapless(demo: &Demo, room: RoomId) -> usize {
    let log = whole(demo, room).await;
    let mut messages = 0;
    for (at, (seq, message_no, kind)) in log.iter().enumerate() {
        messages += i64::from(kind == "text");
        assert_eq!((*seq, *message_no), (at as i64 + 1, messages), "{room}");
    }
    let counters = "select last_seq, message_count from rooms where room_id = $1";
    let counters = demo.owner.query_one(counters, &[&room.0]).await.expect("a room");
    assert_eq!((counters.get::<_, i64>(0), counters.get::<_, i64>(1)), (log.len() as i64, messages));
    messages as usize
}

#[tokio::test]
async fn many_writers_on_two_servers_make_one_order_without_a_gap_and_nothing_twice() {
    const WRITERS: usize = 8;
    const BATCHES: usize = 12;
    let demo = Demo::new().await;
    let second = store(&demo.database);
    let mut places: Vec<(RoomId, UserId)> = Vec::new();
    for (student, kind, account) in [
        ("Téo", RoomKind::Team, "luciana.prado"),
        ("Téo", RoomKind::Team, "wesley.duarte"),
        ("Téo", RoomKind::Family, "denise.barreto"),
        ("Téo", RoomKind::Family, "luciana.prado"),
        ("Lara", RoomKind::Family, "luciana.prado"),
        ("Lara", RoomKind::Family, "patricia.coutinho"),
    ] {
        places.push((demo.room(student, kind).await, demo.person(account).await));
    }
    // Somebody who may not write is in each batch, and changes nothing for the others.
    let stranger = demo.person("teresa.valadares").await;
    let writers = (0..WRITERS).map(|writer| {
        let (store, places) = (if writer % 2 == 0 { demo.store.clone() } else { second.clone() }, places.clone());
        tokio::spawn(async move {
            let mut sent = Vec::new();
            for batch in 0..BATCHES {
                let mut messages: Vec<NewEvent> = (0..20)
                    .map(|n| {
                        let (room, sender) = places[(n * 7 + writer + batch) % places.len()];
                        message(room, sender, &format!("{writer}.{batch}.{n}"))
                    })
                    .collect();
                messages.push(message(places[0].0, stranger, "de fora"));
                // Sent once more in the same batch, as a device does that heard nothing.
                messages.push(messages[0].clone());
                let fates = append(&store, messages.clone()).await.expect("an answer");
                assert_eq!(fates[20], Fate::Refused);
                let (first, again) = (stored(fates[0]), stored(fates[21]));
                assert_eq!((first.seq, first.known, again.seq, again.known), (again.seq, false, first.seq, true));
                sent.extend(messages[..20].iter().zip(&fates).map(|(sent, fate)| (sent.clone(), stored(*fate))));
            }
            sent
        })
    });
    let mut sent = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        sent.extend(writer.await.expect("written"));
    }
    let mut found = 0;
    let mut rooms: Vec<_> = places.iter().map(|(room, _)| *room).collect();
    rooms.sort_unstable_by_key(|room| room.0);
    rooms.dedup();
    for room in rooms {
        found += is_gapless(&demo, room).await;
    }
    assert_eq!(found, WRITERS * BATCHES * 20);
    // What was answered is what is stored.
    let statement = "select room_id, seq, body from room_events where kind = 'text'";
    let rows = demo.owner.query(statement, &[]).await.expect("the log");
    let stored: HashMap<(RoomId, i64), String> =
        rows.iter().map(|row| ((RoomId(row.get(0)), row.get(1)), row.get(2))).collect();
    for (message, place) in &sent {
        assert_eq!(stored.get(&(message.room, place.seq)), message.act.body());
    }
    // A sender's own batch keeps its order in each room.
    report!("{found} messages of {WRITERS} writers on two servers: no gap, nothing twice");
}

#[tokio::test]
async fn a_message_sent_again_is_the_same_message_for_ever_and_its_name_serves_for_no_other() {
    let demo = Demo::new().await;
    let room = demo.room("Téo", RoomKind::Family).await;
    let denise = demo.person("denise.barreto").await;
    let first = message(room, denise, "Ele dormiu bem.");
    let place = stored(append(&demo.store, vec![first.clone()]).await.expect("an answer")[0]);
    stored(demo.send(room, "luciana.prado", "Que bom!").await);
    let again = stored(append(&demo.store, vec![first.clone()]).await.expect("an answer")[0]);
    assert_eq!((again.seq, again.message_no, again.at, again.known), (place.seq, place.message_no, place.at, true));
    for other in [
        NewEvent { act: text("Ele dormiu mal.", None), ..first.clone() },
        NewEvent { act: text("Ele dormiu bem.", Some(place.seq)), ..first.clone() },
        NewEvent { act: Act::Edit { target: place.seq, body: "Ele dormiu bem.".to_owned() }, ..first.clone() },
        NewEvent { act: Act::React { target: place.seq, reaction: None }, ..first.clone() },
    ] {
        assert_eq!(append(&demo.store, vec![other.clone()]).await.expect("an answer"), [Fate::Conflict]);
        let both = append(&demo.store, vec![message(room, denise, "Outra."), other]).await.expect("an answer");
        assert!(matches!(both[..], [Fate::Stored(_), Fate::Conflict]), "{both:?}");
    }
    // The same name from somebody else's device is theirs.
    let theirs = NewEvent { sender: demo.person("luciana.prado").await, ..first.clone() };
    assert!(!stored(append(&demo.store, vec![theirs]).await.expect("an answer")[0]).known);
    // One name, two texts, one batch: the first counts.
    let name = ClientMessageId::generate();
    let twins = ["Um.", "Dois."].map(|text| NewEvent { client: name, ..message(room, denise, text) });
    let fates = append(&demo.store, twins.to_vec()).await.expect("an answer");
    assert!(matches!(fates[..], [Fate::Stored(_), Fate::Conflict]), "{fates:?}");
    is_gapless(&demo, room).await;
}

#[tokio::test]
async fn the_same_message_on_two_servers_at_once_is_written_once() {
    let demo = Demo::new().await;
    let second = store(&demo.database);
    let room = demo.room("Téo", RoomKind::Family).await;
    let denise = demo.person("denise.barreto").await;
    for round in 0..40 {
        let same = message(room, denise, &format!("volta {round}"));
        let (here, there) = tokio::join!(append(&demo.store, vec![same.clone()]), append(&second, vec![same]));
        let (here, there) = (stored(here.expect("an answer")[0]), stored(there.expect("an answer")[0]));
        assert_eq!((here.seq, here.message_no, here.at), (there.seq, there.message_no, there.at));
        assert!(here.known != there.known, "one of them wrote it");
    }
    assert_eq!(is_gapless(&demo, room).await, 40);
}

#[tokio::test]
async fn an_answer_refers_to_a_message_that_its_sender_sees() {
    let demo = Demo::new().await;
    let (room, other) = (demo.room("Téo", RoomKind::Family).await, demo.room("Lara", RoomKind::Family).await);
    let luciana = demo.person("luciana.prado").await;
    let question = stored(demo.send(room, "denise.barreto", "Pode levar o abafador?").await);
    let answer = |to| NewEvent { act: text("Pode.", Some(to)), ..message(room, luciana, "") };
    let fates =
        append(&demo.store, vec![answer(question.seq), answer(question.seq + 50), answer(1)]).await.expect("fates");
    assert!(matches!(fates[..], [Fate::Stored(_), Fate::Refused, Fate::Refused]), "{fates:?}");
    let elsewhere = NewEvent { act: text("Pode.", Some(question.seq)), ..message(other, luciana, "") };
    assert_eq!(append(&demo.store, vec![elsewhere]).await.expect("fates"), [Fate::Refused]);
    let part = events(&demo.store, luciana, room, Part::Before(i64::MAX), 1).await.expect("a part");
    assert_eq!(part[0].reply_to, Some(question.seq));
    is_gapless(&demo, room).await;
}

#[tokio::test]
async fn unread_is_counted_from_marks_that_only_move_forward() {
    let demo = Demo::new().await;
    let room = demo.room("Téo", RoomKind::Family).await;
    let denise = demo.person("denise.barreto").await;
    let unread = async || demo.seen("denise.barreto", room).await.expect("a room").unread();
    let begin = demo.seen("denise.barreto", room).await.expect("a room");
    assert_eq!(begin.unread(), 0);
    let mut seqs = Vec::new();
    for n in 0..5 {
        seqs.push(stored(demo.send(room, "luciana.prado", &format!("{n}")).await).seq);
    }
    assert_eq!(unread().await, 5);
    let at = async |read_seq, received_seq| {
        mark(&demo.store, vec![Mark { room, user: denise, read_seq, received_seq }]).await.expect("marked");
        unread().await
    };
    assert_eq!(at(seqs[1], seqs[4]).await, 3);
    assert_eq!(at(seqs[0], seqs[0]).await, 3, "never back");
    assert_eq!(at(0, 1_000_000).await, 3, "received is not read");
    // Whoever writes has read what stands before.
    stored(demo.send(room, "denise.barreto", "Li tudo.").await);
    assert_eq!(unread().await, 0);
    stored(demo.send(room, "luciana.prado", "Obrigada!").await);
    assert_eq!(at(1_000_000, 0).await, 0, "not beyond the log");
    stored(demo.send(room, "luciana.prado", "Até amanhã.").await);
    assert_eq!(unread().await, 1, "what came later is unread all the same");
    // Somebody who is not in the room has no mark to move.
    let stranger = demo.person("teresa.valadares").await;
    mark(&demo.store, vec![Mark { room, user: stranger, read_seq: 5, received_seq: 5 }]).await.expect("nothing");
}

#[tokio::test]
async fn a_log_is_leafed_through_in_both_directions_by_parts() {
    let demo = Demo::new().await;
    let room = demo.room("Téo", RoomKind::Family).await;
    let denise = demo.person("denise.barreto").await;
    let messages = (0..250).map(|n| message(room, denise, &format!("mensagem {n}"))).collect();
    let fates = append(&demo.store, messages).await.expect("fates");
    let first = stored(fates[0]).seq;
    let part = async |part, most| events(&demo.store, denise, room, part, most).await.expect("a part");
    let last = part(Part::Before(i64::MAX), 1_000).await;
    assert_eq!(last.len(), 100, "no part is longer");
    assert!(last.windows(2).all(|pair| pair[0].seq + 1 == pair[1].seq));
    assert_eq!(last[99].body.as_deref(), Some("mensagem 249"));
    let before = part(Part::Before(last[0].seq), 100).await;
    assert_eq!(before[99].seq + 1, last[0].seq);
    let after = part(Part::After(first), 3).await;
    assert_eq!(after.iter().map(|event| event.seq).collect::<Vec<_>>(), [first + 1, first + 2, first + 3]);
    assert!(part(Part::After(last[99].seq), 10).await.is_empty());
    let begin = part(Part::Before(first), 100).await;
    assert!(begin.iter().all(|event| event.kind == EventKind::MemberAdded), "{begin:?}");
}
