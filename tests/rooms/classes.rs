//! The room of a class: its members are everybody whom the grants of its students name, they follow those, and families stay strangers to each other.

use kazumi::domain::conversation::{EventKind, RoomKind};
use kazumi::domain::permission::Access;
use kazumi::store::rooms::log::{Fate, sync_passed};
use kazumi::store::rooms::{Part, events};
use kazumi::store::{grants, roles};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Demo;
use super::members::{change, members, set};
use super::socket::{ChatSocket, Heard};
use crate::support::{TestServer, eventually};

const THIRD: &str = "3º ano A";
const SEVENTH: &str = "7º ano B";

/// The class of a student, by its name.
fn moved(student: &str, class: &str) -> String {
    format!(
        "update students set class_id = (select class_id from classes where name = '{class}') where name like '{student} %'"
    )
}

#[tokio::test]
async fn the_room_of_a_class_is_that_of_everybody_whom_its_students_bring() {
    let demo = Demo::new().await;
    let third = demo.class_room(THIRD).await;
    let found = members(&demo, third).await;
    let expected = set(&[
        "Denise Barreto",
        "Jorge Barreto",
        "Patrícia Coutinho",
        "Ivone Antunes",
        "Luciana Prado",
        "Camila Nóbrega",
        "Otávio Lins",
        "Marina Couto",
    ]);
    assert_eq!(found, expected, "families, teachers, direction and coordination; no therapist, no support, no network");
    for (account, access) in [
        ("denise.barreto", Access::Read),
        ("jorge.barreto", Access::Read),
        ("luciana.prado", Access::Write),
        ("camila.nobrega", Access::Write),
        ("otavio.lins", Access::Write),
        ("marina.couto", Access::Write),
    ] {
        let seen = demo.seen(account, third).await.expect("a room");
        assert_eq!((seen.kind, seen.access), (RoomKind::Class, access), "{account}");
        assert_eq!((seen.class_name.as_deref(), seen.student, seen.student_name), (Some(THIRD), None, None));
    }
    // Whom a court keeps away from the only child they have there is not in the room of its class.
    let fifth = demo.class_room("5º ano A").await;
    let found = members(&demo, fifth).await;
    assert!(found.contains("Vera Sales") && !found.contains("Márcio Sales"), "{found:?}");
    assert!(demo.seen("marcio.sales", fifth).await.is_none());
    // Nothing is left to do when everything is compared.
    assert_eq!(sync_passed(&demo.store, None).await.expect("synced").students, 0);
}

#[tokio::test]
async fn a_student_who_changes_class_takes_its_people_along_and_each_log_says_so() {
    let demo = Demo::new().await;
    let (third, seventh) = (demo.class_room(THIRD).await, demo.class_room(SEVENTH).await);
    let before = [members(&demo, third).await, members(&demo, seventh).await];
    assert!(!before[1].contains("Ivone Antunes") && !before[1].contains("Luciana Prado"), "{before:?}");
    let statement = "select last_seq from rooms where room_id = $1";
    let last = async |room: kazumi::domain::ids::RoomId| -> i64 {
        demo.owner.query_one(statement, &[&room.0]).await.expect("a room").get(0)
    };
    let ends = [last(third).await, last(seventh).await];
    // Nobody rebuilt any grant: the change itself does it.
    assert_eq!(demo.owner.execute(&moved("Malu", SEVENTH), &[]).await.expect("moved"), 1);
    assert_eq!(members(&demo, third).await, &before[0] - &set(&["Ivone Antunes"]));
    assert_eq!(members(&demo, seventh).await, &before[1] | &set(&["Ivone Antunes", "Luciana Prado"]));
    assert_eq!([last(third).await, last(seventh).await], [ends[0] + 1, ends[1] + 2]);
    assert!(demo.seen("ivone.antunes", third).await.is_none());
    assert!(demo.seen("ivone.antunes", seventh).await.is_some());
    // A class that is left by its last student is left by everybody.
    let all = "update students set class_id = null where class_id = (select class_id from classes where name = $1)";
    demo.owner.execute(all, &[&THIRD]).await.expect("moved");
    assert_eq!(members(&demo, third).await, set(&[]));
    assert_eq!(sync_passed(&demo.store, None).await.expect("synced").students, 0);
}

#[tokio::test]
async fn who_has_two_children_in_a_class_leaves_its_room_with_the_last_tie() {
    let mut demo = Demo::new().await;
    let third = demo.class_room(THIRD).await;
    demo.owner.execute(&moved("Davi", THIRD), &[]).await.expect("moved");
    let end = |child: &str| {
        format!(
            "update guardianships set valid_to = now() \
             where student_id = (select student_id from students where name like '{child} %')"
        )
    };
    change(&mut demo, "Davi", &end("Davi")).await;
    assert!(members(&demo, third).await.contains("Ivone Antunes"), "there is Malu");
    change(&mut demo, "Malu", &end("Malu")).await;
    assert!(!members(&demo, third).await.contains("Ivone Antunes"));
}

#[tokio::test]
async fn two_ties_that_end_at_the_same_time_end_the_membership_between_them() {
    let demo = Demo::new().await;
    let third = demo.class_room(THIRD).await;
    demo.owner.execute(&moved("Davi", THIRD), &[]).await.expect("moved");
    let end = "update guardianships set valid_to = now() where student_id = $1";
    let (malu, davi) = (demo.student("Malu").await, demo.student("Davi").await);
    let (mut one, mut two) = (demo.database.owner().await, demo.database.owner().await);
    let first = one.transaction().await.expect("a transaction");
    first.execute(end, &[&malu.0]).await.expect("ended");
    grants::rebuild_for_student(&first, malu).await.expect("grants");
    let second = tokio::spawn(async move {
        let second = two.transaction().await.expect("a transaction");
        second.execute(end, &[&davi.0]).await.expect("ended");
        grants::rebuild_for_student(&second, davi).await.expect("grants");
        second.commit().await.expect("committed");
    });
    // The second one has read everything that it could and waits for the room of the class.
    eventually("the second one waits", async || {
        let waiting =
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        let waiting: i64 = demo.owner.query_one(waiting, &[]).await.expect("a count").get(0);
        (waiting == 1).then_some(())
    })
    .await;
    first.commit().await.expect("committed");
    second.await.expect("done");
    assert!(!members(&demo, third).await.contains("Ivone Antunes"), "each of them saw a tie that was left");
    assert_eq!(sync_passed(&demo.store, None).await.expect("synced").students, 0);
}

#[tokio::test]
async fn nobody_reads_in_a_class_who_else_reads_there_and_the_database_alone_says_no_names() {
    let demo = Demo::new().await;
    let third = demo.class_room(THIRD).await;
    // Whoever was there first has seen the others come.
    demo.owner.execute(&moved("Malu", SEVENTH), &[]).await.expect("moved");
    for account in ["denise.barreto", "luciana.prado"] {
        let part = events(&demo.store, demo.person(account).await, third, Part::After(0), 100).await.expect("a part");
        assert!(part.iter().any(|event| event.kind == EventKind::MemberRemoved), "{part:?}");
        assert!(part.iter().all(|event| event.is_hidden), "{part:?}");
    }
    let app = demo.database.connect(roles::APP).await;
    let denise = demo.person("denise.barreto").await.to_string();
    app.execute("select set_config('app.user_id', $1, false)", &[&denise]).await.expect("an identity");
    let others = "select count(*) from users where name in ('Patrícia Coutinho', 'Ivone Antunes')";
    let seen: i64 = app.query_one(others, &[]).await.expect("a count").get(0);
    assert_eq!(seen, 0);
    // A message is no announcement, whoever sends it and by whichever statement.
    assert_eq!(demo.send(third, "luciana.prado", "Bom dia!").await, Fate::Refused);
    let writer = demo.database.connect(roles::WRITER).await;
    let insert = "insert into room_events (room_id, seq, message_no, kind, user_id, client_id, body)
                  values ($1, 1000000, 1000000, 'text', $2, gen_random_uuid(), 'forjado')";
    for account in ["luciana.prado", "denise.barreto"] {
        let refused = writer.execute(insert, &[&third.0, &demo.person(account).await.0]).await;
        assert_eq!(refused.expect_err(account).code().map(|code| code.code().to_owned()), Some("42501".to_owned()));
    }
}

/// The frames about one room.
fn about(heard: &Heard, room: &str) -> Vec<Value> {
    heard.0.iter().filter(|frame| frame["room"] == room || frame["t"] == "inbox").cloned().collect()
}

#[tokio::test]
async fn no_frame_tells_a_family_of_another_family_of_the_class() {
    let server = TestServer::spawn().await;
    let owner = server.database.owner().await;
    let find = "select room_id::text from rooms join classes using (class_id) where name = $1";
    let room: String = owner.query_one(find, &[&THIRD]).await.expect("a room").get(0);
    let find =
        "select user_id::text, name from users where name in ('Patrícia Coutinho', 'Ivone Antunes', 'Jorge Barreto')";
    let strangers = owner.query(find, &[]).await.expect("people");
    let strangers: Vec<String> = strangers.iter().flat_map(|row| [row.get(0), row.get(1)]).collect();
    let (mother, other, teacher) = (
        server.login("denise.barreto").await,
        server.login("patricia.coutinho").await,
        server.login("luciana.prado").await,
    );
    let (mut here, entered) = ChatSocket::enter(&server, &mother.access_token, &json!({})).await;
    let mut heard = about(&entered, &room);
    let attached = entered.of_room("attached", &room).expect("attached");
    let names: Vec<&str> =
        attached["members"].as_array().expect("a list").iter().filter_map(|member| member["name"].as_str()).collect();
    assert!(names.contains(&"Denise Barreto") && names.contains(&"Luciana Prado") && names.len() == 5, "{names:?}");
    let (mut there, entered) = ChatSocket::enter(&server, &other.access_token, &json!({})).await;
    let (mut desk, _) = ChatSocket::enter(&server, &teacher.access_token, &json!({})).await;
    // The other one reads and writes; the teacher too, which is nobody's business either.
    let from = entered.of_room("attached", &room).expect("attached")["from"].clone();
    for socket in [&mut there, &mut desk] {
        socket.say(&json!({ "t": "typing", "room": room })).await;
        socket.say(&json!({ "t": "read", "room": room, "seq": from })).await;
        let refused = socket.publish(&room, &Uuid::now_v7().to_string(), "Oi!").await;
        assert_eq!((&refused["t"], &refused["code"]), (&json!("nack"), &json!("forbidden")), "{refused}");
    }
    // Somebody goes and comes back while everybody looks.
    for class in [SEVENTH, THIRD] {
        owner.execute(&moved("Malu", class), &[]).await.expect("moved");
        for socket in [&mut here, &mut desk] {
            let is_it = |frame: &Value| frame["t"] == "events" && frame["room"] == room;
            let shown = socket.hear_until(is_it).await;
            let event = &shown.0.last().expect("a frame")["events"][0];
            assert!(event["user"].is_null() && event["name"].is_null(), "{event}");
            heard.extend(about(&shown, &room));
        }
    }
    // Their own mark comes back to them alone, and nobody's else before it.
    here.say(&json!({ "t": "received", "marks": { &room: i64::MAX } })).await;
    let marks = here.hear_until(|frame| frame["t"] == "mark" && frame["room"] == room).await;
    let marks = about(&marks, &room);
    assert!(marks.iter().all(|frame| frame["t"] != "mark" || frame["user"] == mother.user["user_id"]), "{marks:?}");
    assert!(marks.iter().chain(&heard).all(|frame| frame["t"] != "typing"), "{marks:?}");
    heard.extend(marks);
    here.say(&json!({ "t": "history", "request": 5, "room": room, "before": i64::MAX, "most": 100 })).await;
    let page = here.answer_to(5).await;
    assert!(page["events"].as_array().is_some_and(|events| events.len() >= 2), "{page}");
    heard.push(page);
    // Anew, with everybody in their places.
    let (_, again) = ChatSocket::enter(&server, &mother.access_token, &json!({ &room: [1, from] })).await;
    heard.extend(about(&again, &room));
    for frame in &heard {
        for stranger in &strangers {
            assert!(!frame.to_string().contains(stranger.as_str()), "{stranger} in {frame}");
        }
    }
}

#[tokio::test]
async fn a_new_class_has_its_room_and_whoever_comes_is_told_at_once() {
    let server = TestServer::spawn().await;
    let owner = server.database.owner().await;
    let add = "insert into classes (class_id, school_id, name, shift, school_year)
               select gen_random_uuid(), school_id, '4º ano C', 'morning', 2026 from classes where name = $1";
    owner.execute(add, &[&THIRD]).await.expect("added");
    let mother = server.login("patricia.coutinho").await;
    let (mut socket, _) = ChatSocket::enter(&server, &mother.access_token, &json!({})).await;
    owner.execute(&moved("Lara", "4º ano C"), &[]).await.expect("moved");
    // The bell rings: the list is told anew, with the new room and without the old one.
    let classes = |frame: &Value| {
        let rooms = frame["rooms"].as_array().cloned().unwrap_or_default();
        rooms.iter().filter_map(|room| room["class_name"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let is_it = |frame: &Value| frame["t"] == "inbox" && classes(frame) == ["4º ano C"];
    socket.hear_until(is_it).await;
}
