//! Messages are changed, taken back and reacted to: by whom, for how long, and what is read of them afterwards.

use kazumi::domain::conversation::{Act, EventKind, Reaction, RoomKind};
use kazumi::domain::ids::{ClientMessageId, RoomId};
use kazumi::store::rooms::log::{Fate, NewEvent, append};
use kazumi::store::rooms::{Part, RoomEvent, events};

use super::log::is_gapless;
use super::{Demo, store, stored};

impl Demo {
    async fn act(&self, room: RoomId, account: &str, act: Act) -> Fate {
        let (sender, client) = (self.person(account).await, ClientMessageId::generate());
        append(&self.store, vec![NewEvent { room, sender, client, act }]).await.expect("an answer")[0]
    }

    /// The newest events as somebody in the room reads them.
    async fn newest(&self, room: RoomId, account: &str, most: i64) -> Vec<RoomEvent> {
        events(&self.store, self.person(account).await, room, Part::Before(i64::MAX), most).await.expect("a part")
    }

    /// As if it had been written so much earlier.
    async fn age(&self, room: RoomId, seq: i64, minutes: i32) {
        let statement = "update room_events set created_at = created_at - make_interval(mins => $3) where room_id = $1 and seq = $2";
        assert_eq!(self.owner.execute(statement, &[&room.0, &seq, &minutes]).await.expect("older"), 1);
    }
}

fn edit(target: i64, body: &str) -> Act {
    Act::Edit { target, body: body.to_owned() }
}

#[tokio::test]
async fn a_change_is_read_in_place_of_what_stood_there_and_only_the_last_one() {
    let demo = Demo::new().await;
    let room = demo.room("Téo", RoomKind::Family).await;
    let message = stored(demo.send(room, "denise.barreto", "Ele comeu bem.").await);
    let first = stored(demo.act(room, "denise.barreto", edit(message.seq, "Ele comeu mal.")).await);
    assert_eq!(first.message_no, message.message_no, "a change is no message");
    let second = stored(demo.act(room, "denise.barreto", edit(message.seq, "Ele comeu pouco.")).await);
    let read = demo.newest(room, "luciana.prado", 3).await;
    let texts: Vec<Option<&str>> = read.iter().map(|event| event.body.as_deref()).collect();
    assert_eq!(texts, [Some("Ele comeu pouco."), None, Some("Ele comeu pouco.")]);
    assert_eq!((read[0].edited_seq, read[2].target), (Some(second.seq), Some(message.seq)));
    let listed = demo.seen("luciana.prado", room).await.expect("a room");
    assert_eq!(listed.unread(), 1, "and nobody has more to read");
    assert_eq!(listed.last_message.and_then(|last| last.body).as_deref(), Some("Ele comeu pouco."));
    assert_eq!(is_gapless(&demo, room).await, 1);
}

#[tokio::test]
async fn what_was_taken_back_is_read_by_nobody_and_kept_for_the_record() {
    let demo = Demo::new().await;
    let room = demo.room("Téo", RoomKind::Family).await;
    let message = stored(demo.send(room, "denise.barreto", "O laudo dele diz outra coisa.").await);
    stored(demo.act(room, "denise.barreto", edit(message.seq, "O laudo diz outra coisa.")).await);
    let back = stored(demo.act(room, "denise.barreto", Act::Delete { target: message.seq }).await);
    for account in ["denise.barreto", "luciana.prado"] {
        let read = demo.newest(room, account, 3).await;
        assert!(read.iter().all(|event| event.body.is_none()), "{read:?}");
        assert_eq!((read[0].deleted_seq, read[2].kind), (Some(back.seq), EventKind::Deleted));
    }
    assert_eq!(demo.seen("luciana.prado", room).await.expect("a room").last_message.expect("a message").body, None);
    let kept = "select string_agg(body, ' ' order by seq) from room_events where room_id = $1 and body is not null";
    let kept: String = demo.owner.query_one(kept, &[&room.0]).await.expect("the record").get(0);
    assert_eq!(kept, "O laudo dele diz outra coisa. O laudo diz outra coisa.");
    // From another device that had not heard of it, taking back is taking back; changing and reacting come too late.
    let again = stored(demo.act(room, "denise.barreto", Act::Delete { target: message.seq }).await);
    assert_eq!(
        demo.newest(room, "denise.barreto", 10).await.iter().find_map(|event| event.deleted_seq),
        Some(back.seq)
    );
    assert!(again.seq > back.seq);
    assert_eq!(demo.act(room, "denise.barreto", edit(message.seq, "De novo.")).await, Fate::Refused);
    let react = Act::React { target: message.seq, reaction: Some(Reaction::Like) };
    assert_eq!(demo.act(room, "luciana.prado", react).await, Fate::Refused);
    is_gapless(&demo, room).await;
}

#[tokio::test]
async fn only_who_wrote_it_changes_a_message_and_only_for_a_quarter_of_an_hour() {
    let demo = Demo::new().await;
    let (room, other) = (demo.room("Téo", RoomKind::Family).await, demo.room("Lara", RoomKind::Family).await);
    let message = stored(demo.send(room, "denise.barreto", "Chego às 15h.").await);
    for account in ["luciana.prado", "marina.couto", "marcio.sales"] {
        assert_eq!(demo.act(room, account, edit(message.seq, "Chego às 16h.")).await, Fate::Refused, "{account}");
        assert_eq!(demo.act(room, account, Act::Delete { target: message.seq }).await, Fate::Refused, "{account}");
    }
    // In another room the same number is another message, or none.
    assert_eq!(demo.act(other, "luciana.prado", edit(message.seq, "x")).await, Fate::Refused);
    // Who came and went is nobody's to change.
    assert_eq!(demo.act(room, "denise.barreto", Act::Delete { target: 1 }).await, Fate::Refused);
    assert_eq!(demo.act(room, "denise.barreto", edit(message.seq + 90, "x")).await, Fate::Refused);
    demo.age(room, message.seq, 14).await;
    stored(demo.act(room, "denise.barreto", edit(message.seq, "Chego às 15h30.")).await);
    demo.age(room, message.seq, 2).await;
    assert_eq!(demo.act(room, "denise.barreto", edit(message.seq, "Chego às 17h.")).await, Fate::TooLate);
    stored(demo.act(room, "denise.barreto", Act::Delete { target: message.seq }).await);
    is_gapless(&demo, room).await;
}

#[tokio::test]
async fn a_reaction_is_an_event_that_counts_as_nothing_unread() {
    let demo = Demo::new().await;
    let room = demo.room("Téo", RoomKind::Family).await;
    let message = stored(demo.send(room, "denise.barreto", "Ele escreveu o nome!").await);
    for reaction in [Some(Reaction::Applause), None] {
        let place = stored(demo.act(room, "luciana.prado", Act::React { target: message.seq, reaction }).await);
        let read = demo.newest(room, "denise.barreto", 1).await;
        assert_eq!((read[0].seq, read[0].kind, read[0].reaction), (place.seq, EventKind::Reacted, reaction));
    }
    assert_eq!(demo.seen("denise.barreto", room).await.expect("a room").unread(), 0);
    is_gapless(&demo, room).await;
}

#[tokio::test]
async fn the_same_change_on_two_servers_at_once_is_one_change_and_the_last_of_two_counts() {
    let demo = Demo::new().await;
    let second = store(&demo.database);
    let room = demo.room("Téo", RoomKind::Family).await;
    let sender = demo.person("denise.barreto").await;
    for round in 0..30 {
        let message = stored(demo.send(room, "denise.barreto", "rascunho").await);
        let change = |body: &str| {
            let client = ClientMessageId::generate();
            NewEvent { room, sender, client, act: edit(message.seq, body) }
        };
        let same = change(&format!("volta {round}"));
        let (here, there) =
            tokio::join!(append(&demo.store, vec![same.clone()]), append(&second, vec![same, change("outra")]));
        let (here, there) = (here.expect("an answer"), there.expect("an answer"));
        let (here, there, other) = (stored(here[0]), stored(there[0]), stored(there[1]));
        assert!(here.seq == there.seq && here.known != there.known);
        let read = demo.newest(room, "luciana.prado", 3).await;
        let last = if other.seq > here.seq { "outra".to_owned() } else { format!("volta {round}") };
        assert_eq!(read[0].body.as_deref(), Some(last.as_str()));
        assert_eq!(read[0].edited_seq, Some(here.seq.max(other.seq)));
    }
    assert_eq!(is_gapless(&demo, room).await, 30);
}

#[tokio::test]
async fn the_role_that_writes_cannot_change_somebody_elses_message_whatever_the_statement_says() {
    let demo = Demo::new().await;
    let room = demo.room("Téo", RoomKind::Family).await;
    let message = stored(demo.send(room, "denise.barreto", "Meu recado.").await);
    let writer = demo.database.connect("kazumi_writer").await;
    let luciana = demo.person("luciana.prado").await;
    let insert = "insert into room_events (room_id, seq, message_no, kind, user_id, client_id, target_seq) values ($1, $2, $3, 'deleted', $4, gen_random_uuid(), $5)";
    let next = message.seq + 1;
    let refused = writer.execute(insert, &[&room.0, &next, &message.message_no, &luciana.0, &message.seq]).await;
    assert!(
        refused.is_err_and(|error| error.to_string().contains("row-level security") || error.as_db_error().is_some())
    );
    let denise = demo.person("denise.barreto").await;
    writer.execute(insert, &[&room.0, &next, &message.message_no, &denise.0, &message.seq]).await.expect("their own");
}
