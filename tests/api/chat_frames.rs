//! Every row of `authz/matrix.csv` that is a frame of conversations, sent by everybody into the rooms of their own child and of others. What the rows of
//! rooms call reading and writing is what the frames are held to, and nothing of anybody else's room is heard on the way.

use std::collections::BTreeSet;

use kazumi::domain::conversation::RoomKind;
use kazumi::ws::CHAT_FRAMES;
use serde_json::{Value, json};
use tokio_postgres::Client as Database;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::fixture::email;
use super::matrix::{Asker, cell};
use super::places::{Child, Target, canaries_in};
use super::{World, footprint};
use crate::authz::{RELATIONS, matrix};
use crate::rooms::socket::{ChatSocket, Heard};
use crate::support::report;

/// A room of a child, with the last sequence of its log.
struct Place<'a> {
    child: &'a Child,
    kind: RoomKind,
    room: String,
    last: i64,
}

impl Place<'_> {
    /// What is said in it, and in no other.
    fn words(&self) -> String {
        if self.kind == RoomKind::Class {
            // What a class is told is about no child.
            return format!("conversa-{}", self.child.class);
        }
        self.child.canary(&format!("conversa-{}", self.kind.as_str()))
    }
}

/// What was tried and what came of it.
#[derive(Default)]
struct Tally {
    kinds: BTreeSet<&'static str>,
    cells: usize,
    allows: usize,
    mismatches: Vec<String>,
}

impl Tally {
    fn tried(&mut self, kind: &'static str, by: &str, place: Option<&Place<'_>>, should: bool, did: bool) {
        self.kinds.insert(kind);
        self.cells += 1;
        self.allows += usize::from(did);
        if should != did {
            let place = place.map(|place| format!(" in {} of {:?}", place.kind.as_str(), place.child.target));
            let outcome = if did { "taken" } else { "refused" };
            self.mismatches.push(format!("{kind} by {by}{}: {outcome}", place.unwrap_or_default()));
        }
    }
}

/// The rooms of every child, with a message of somebody of the team in each. The desks are those of the guardian who is in a column, where there is one.
async fn places<'a>(owner: &Database, children: &'a [Child]) -> Vec<Place<'a>> {
    let say = "with r as (update rooms set last_seq = last_seq + 1, message_count = message_count + 1 where room_id = $1 \
               returning last_seq, message_count) \
               insert into room_events (room_id, seq, message_no, kind, user_id, client_id, body) \
               select $1, r.last_seq, r.message_count, 'text', $2, gen_random_uuid(), $3 from r returning seq";
    let find = "select room_id from rooms \
                where kind = $2 and (student_id = $1 and (guardian_id is null or guardian_id = $4) or class_id = $3)";
    let open = "insert into rooms (room_id, kind, student_id, guardian_id) \
                select gen_random_uuid(), k.kind, s.student_id, $2 \
                from students s cross join (values ('desk_coordination'), ('desk_aee')) as k (kind) \
                where s.student_id = $1 on conflict do nothing";
    let mut places = Vec::new();
    for child in children {
        let guardian = match child.target {
            Target::Own => person(owner, "guardian").await,
            Target::Classmate => person(owner, "classmate_guardian").await,
            _ => child.guardian.0,
        };
        owner.execute(open, &[&child.student.0, &guardian]).await.expect("desks");
        owner.execute("select sync_rooms(array[$1::uuid])", &[&child.student.0]).await.expect("members");
        for &kind in RoomKind::ALL {
            if (kind, child.target) == (RoomKind::Class, Target::Classmate) {
                // That of the child of the columns.
                continue;
            }
            let about: [&(dyn ToSql + Sync); 4] = [&child.student.0, &kind.as_str(), &child.class, &guardian];
            let found = owner.query_opt(find, &about).await.expect("rooms");
            let room = found.map_or_else(Uuid::now_v7, |row| row.get(0));
            let mut place = Place { child, kind, room: room.to_string(), last: 1 };
            if let Some(row) = owner.query_opt(say, &[&room, &child.member.0, &place.words()]).await.expect("said") {
                place.last = row.get(0);
            }
            places.push(place);
        }
    }
    places
}

async fn person(owner: &Database, relation: &str) -> Uuid {
    let find = "select user_id from credentials where email = $1";
    owner.query_one(find, &[&email(relation)]).await.expect("somebody").get(0)
}

fn right(relation: &'static str, place: &Place<'_>) -> String {
    if matches!(place.child.target, Target::Deleted | Target::Never) {
        return "-".to_owned();
    }
    let rows = matrix();
    let row = rows.iter().find(|row| row.kind == "room" && row.name == place.kind.as_str()).expect("a row");
    let right = cell(row, relation, place.child.target);
    let by_the_classmate = match (place.kind, place.child.target) {
        (RoomKind::Class, Target::Own) => cell(row, relation, Target::Classmate),
        _ => "-",
    };
    // In the order of the alphabet: nothing, R, W.
    right.max(by_the_classmate).to_owned()
}

/// A word into the void: what was heard until the server answered that it is there.
async fn silence(socket: &mut ChatSocket) -> Heard {
    socket.say(&json!({ "t": "ping" })).await;
    let mut heard = socket.hear_until(|frame| frame["t"] == "pong").await;
    heard.0.pop();
    heard
}

/// Whoever is not let in: each frame, as the first one of a socket and behind a refused hello.
async fn try_outside(world: &World, by: &'static str, token: &str, place: &Place<'_>, tally: &mut Tally) {
    let frames = [
        ("chat.hello", json!({ "t": "hello", "token": token })),
        ("chat.token", json!({ "t": "token", "token": token })),
        ("chat.sync", json!({ "t": "sync", "have": {} })),
        ("chat.publish", publish(place, 1)),
        ("chat.edit", about("edit", place, place.last, 1)),
        ("chat.delete", about("delete", place, place.last, 1)),
        ("chat.react", about("react", place, place.last, 1)),
        ("chat.read", json!({ "t": "read", "room": place.room, "seq": place.last })),
        ("chat.received", json!({ "t": "received", "marks": { &place.room: place.last } })),
        ("chat.typing", json!({ "t": "typing", "room": place.room })),
        ("chat.history", history(place, 1)),
        ("chat.ping", json!({ "t": "ping" })),
    ];
    for (kind, frame) in frames {
        let mut socket = ChatSocket::open(&world.server).await;
        socket.say(&frame).await;
        socket.say(&json!({ "t": "ping" })).await;
        let mut answered = false;
        while let Ok(frame) = socket.hear().await {
            answered |= frame["t"] != "bye";
        }
        tally.tried(kind, by, None, false, answered);
    }
}

fn publish(place: &Place<'_>, request: u32) -> Value {
    let client = Uuid::now_v7();
    json!({ "t": "publish", "request": request, "room": place.room, "client": client, "text": "oi" })
}

/// Something about a message.
fn about(kind: &str, place: &Place<'_>, target: i64, request: u32) -> Value {
    let client = Uuid::now_v7();
    let mut frame = json!({ "t": kind, "request": request, "room": place.room, "client": client, "target": target });
    match kind {
        "edit" => frame["text"] = "melhor".into(),
        "react" => frame["reaction"] = "like".into(),
        _ => {}
    }
    frame
}

fn history(place: &Place<'_>, request: u32) -> Value {
    json!({ "t": "history", "request": request, "room": place.room, "before": place.last + 1, "most": 3 })
}

/// Everything that can be said in a room by somebody who is let in. `observer` watches the rooms of the own child in which `watching` is.
async fn try_room(
    by: &'static str,
    (socket, observer, watching): (&mut ChatSocket, &mut ChatSocket, &'static str),
    (place, entered): (&Place<'_>, &Heard),
    tally: &mut Tally,
) -> Vec<Value> {
    let right = right(by, place);
    // In a class's room there is neither typing nor a message: who writes there announces.
    let is_class = place.kind == RoomKind::Class;
    let (reads, writes) = (right != "-", right == "W" && !is_class);
    let mut heard = Vec::new();
    tally.tried("chat.sync", by, Some(place), reads, entered.of_room("attached", &place.room).is_some());
    socket.say(&history(place, 7)).await;
    let page = socket.answer_to(7).await;
    tally.tried("chat.history", by, Some(place), reads, page.to_string().contains(&place.words()));
    heard.push(page);
    for (kind, frame, mark) in [
        ("chat.received", json!({ "t": "received", "marks": { &place.room: place.last } }), "received_seq"),
        ("chat.read", json!({ "t": "read", "room": place.room, "seq": place.last }), "read_seq"),
    ] {
        socket.say(&frame).await;
        let moved = if reads {
            let is_it =
                |frame: &Value| frame["t"] == "mark" && frame["room"] == place.room && frame[mark] == place.last;
            socket.hear_until(is_it).await.0.last().is_some()
        } else {
            let silence = silence(socket).await.0;
            silence.iter().any(|frame| frame["room"] == place.room)
        };
        tally.tried(kind, by, Some(place), reads, moved);
    }
    if place.child.target == Target::Own {
        socket.say(&json!({ "t": "typing", "room": place.room })).await;
        silence(socket).await;
        let is_it = |frame: &Value| frame["t"] == "typing" && frame["room"] == place.room;
        let hears = reads && !is_class && self::right(watching, place) != "-";
        let told = if hears {
            observer.hear_until(is_it).await.0.last().is_some()
        } else {
            silence(observer).await.0.iter().any(is_it)
        };
        tally.tried("chat.typing", by, Some(place), hears, told);
    }
    let answer = socket.write(publish(place, 8)).await;
    tally.tried("chat.publish", by, Some(place), writes, answer["t"] == "ack");
    let code = if reads { "forbidden" } else { "not_found" };
    let is_refusal = |answer: &Value| answer["code"] == code && answer["retry_after_ms"] == 0;
    assert!(writes || is_refusal(&answer), "{by}: {answer}");
    // Their own message where they may write; where they may not, somebody's that is there.
    let target = answer["seq"].as_i64().unwrap_or(place.last);
    heard.push(answer);
    for (kind, act) in [("chat.react", "react"), ("chat.edit", "edit"), ("chat.delete", "delete")] {
        let answer = socket.write(about(act, place, target, 9)).await;
        tally.tried(kind, by, Some(place), writes, answer["t"] == "ack");
        assert!(writes || is_refusal(&answer), "{by}: {answer}");
        heard.push(answer);
    }
    if writes && target != place.last {
        // The words of another are not theirs to change.
        for act in ["edit", "delete"] {
            let answer = socket.write(about(act, place, place.last, 10)).await;
            assert_eq!(answer["code"], "forbidden", "{by} changed what another wrote: {answer}");
        }
    }
    heard
}

#[tokio::test]
async fn every_frame_of_conversations_is_taken_or_refused_as_the_matrix_says() {
    try_everything(&World::new(&[]).await).await;
}

#[tokio::test]
async fn behind_nginx_conversations_fare_the_same() {
    try_everything(&World::behind_edge().await).await;
}

async fn try_everything(world: &World) {
    let owner = world.server.database.owner().await;
    let places = places(&owner, &world.children).await;
    let rows = matrix();
    let hello = rows.iter().find(|row| row.name == "chat.hello").expect("a row");
    let mut tally = Tally::default();
    // Strangers first: marks of those who are in are written a moment later, and would look like theirs.
    let mut columns: Vec<_> = RELATIONS.into_iter().enumerate().collect();
    columns.sort_by_key(|(column, _)| hello.cells[*column] != "-");
    for (column, relation) in columns {
        let token = match relation {
            "anonymous" => String::new(),
            "expired_token" => world.expired_token(),
            _ => Asker::new(world, relation).await.token(),
        };
        if hello.cells[column] == "-" {
            let before = footprint::of_business_tables(&owner).await;
            try_outside(world, relation, &token, &places[0], &mut tally).await;
            assert_eq!(footprint::of_business_tables(&owner).await, before, "{relation} left a trace");
            continue;
        }
        let watching = if relation == "coordinator" { "class_teacher" } else { "coordinator" };
        let theirs = Asker::new(world, watching).await.token();
        let (mut observer, _) = ChatSocket::enter(&world.server, &theirs, &json!({})).await;
        let (mut socket, entered) = ChatSocket::enter(&world.server, &token, &json!({})).await;
        for kind in ["chat.hello", "chat.ping"] {
            tally.tried(kind, relation, None, true, entered.all("inbox").len() == 1);
        }
        socket.say(&json!({ "t": "token", "token": token })).await;
        tally.tried("chat.token", relation, None, true, silence(&mut socket).await.0.is_empty());
        let mut heard = entered.0.clone();
        for place in &places {
            // A socket of its own: what is written shares one budget.
            let (mut socket, entered) = ChatSocket::enter(&world.server, &token, &json!({})).await;
            let sockets = (&mut socket, &mut observer, watching);
            heard.extend(try_room(relation, sockets, (place, &entered), &mut tally).await);
        }
        let may_hear =
            |target| places.iter().any(|place| place.child.target == target && right(relation, place) != "-");
        for (about, canary) in heard.iter().flat_map(|frame| canaries_in(&frame.to_string())) {
            assert!(may_hear(about), "{relation} heard {canary}");
        }
    }
    let Tally { kinds, cells, allows, mismatches } = tally;
    let way = world.way_in();
    report!(
        "conversations{way}: {cells} cells, {allows} allowed, {} denied, {} mismatches",
        cells - allows,
        mismatches.len()
    );
    assert!(mismatches.is_empty(), "{} of {cells} cells differ:\n{}", mismatches.len(), mismatches.join("\n"));
    assert_eq!(kinds, CHAT_FRAMES.iter().copied().collect(), "every kind of frame was tried");
    assert!(allows > 100 && cells - allows > 1_000, "{allows} of {cells} allowed");
}
