//! Announcements to a class: written once whatever is lost on the way, shown to everybody who is in, seen and confirmed by families, and told to those
//! who may know.

use std::collections::BTreeSet;

use kazumi::domain::ids::RoomId;
use kazumi::store::roles;
use kazumi::store::rooms::log::sync_passed;
use kazumi::store::student_erasure::erase;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Demo;
use super::members::{members, set};
use super::socket::ChatSocket;
use crate::support::{Session, TestServer, eventually};

const THIRD: &str = "3º ano A";
const SEVENTH: &str = "7º ano B";

/// A server, the demo network beside it, and the room of a class.
async fn served(class: &str) -> (TestServer, Demo, RoomId) {
    let server = TestServer::spawn().await;
    let demo = Demo::beside(&server).await;
    let room = demo.class_room(class).await;
    (server, demo, room)
}

fn announcement(title: &str, needs_confirmation: bool) -> Value {
    json!({ "client_id": Uuid::now_v7(), "title": title, "text": "Na sexta, às 18h.", "needs_confirmation": needs_confirmation })
}

async fn announce(session: &Session, room: RoomId, body: &Value) -> (u16, Value) {
    let answer = session.post(&format!("/api/v1/rooms/{room}/announcements"), body).await;
    (answer.status.as_u16(), answer.body)
}

/// Writes one; its place.
async fn announced(session: &Session, room: RoomId, title: &str) -> i64 {
    let (status, answer) = announce(session, room, &announcement(title, true)).await;
    assert_eq!(status, 201, "{answer}");
    answer["seq"].as_i64().expect("a place")
}

async fn confirm(session: &Session, room: RoomId, seq: i64, how: &str) -> (u16, Value) {
    let path = format!("/api/v1/rooms/{room}/announcements/{seq}/confirmation");
    let answer = session.request(Method::PUT, &path, Some(&json!({ "how": how }))).await;
    (answer.status.as_u16(), answer.body)
}

async fn receipts(session: &Session, room: RoomId, seq: i64) -> (u16, Value) {
    let answer = session.get(&format!("/api/v1/rooms/{room}/announcements/{seq}/receipts")).await;
    (answer.status.as_u16(), answer.body)
}

/// The log as it is: no gap, and the counters are those of the log. How many announcements there are.
async fn is_gapless(demo: &Demo, room: RoomId) -> i64 {
    let statement = "select seq, message_no, kind from room_events where room_id = $1 order by seq";
    let mut announcements = 0;
    let rows = demo.owner.query(statement, &[&room.0]).await.expect("the log");
    for (at, row) in rows.iter().enumerate() {
        announcements += i64::from(row.get::<_, &str>(2) == "announcement");
        assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (at as i64 + 1, announcements));
    }
    let counters = "select last_seq, message_count from rooms where room_id = $1";
    let counters = demo.owner.query_one(counters, &[&room.0]).await.expect("a room");
    assert_eq!((counters.get::<_, i64>(0), counters.get::<_, i64>(1)), (rows.len() as i64, announcements));
    announcements
}

#[tokio::test]
async fn what_is_sent_again_is_the_same_announcement_however_many_send_it_on_two_servers() {
    let (server, demo, room) = served(THIRD).await;
    let second = server.sibling().await;
    let (here, there) = (server.login("luciana.prado").await, second.login("luciana.prado").await);
    let same = announcement("Reunião", true);
    let sent = (0..8).map(|writer| announce(if writer % 2 == 0 { &here } else { &there }, room, &same));
    let answers = futures_util::future::join_all(sent).await;
    let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 7, "{statuses:?}");
    let places: BTreeSet<String> = answers.iter().map(|(_, place)| place.to_string()).collect();
    assert_eq!(places.len(), 1, "{places:?}");
    assert_eq!(is_gapless(&demo, room).await, 1);
    let counted = async |fate: &str| {
        let series = format!("kazumi_chat_messages_total{{result=\"{fate}\"}}");
        server.metric(&series).await + second.metric(&series).await
    };
    assert_eq!((counted("accepted").await, counted("known").await), (1.0, 7.0));
    // The same name for something else is a conflict and overwrites nothing.
    for (field, other) in [("title", json!("Outra")), ("text", json!("Outro.")), ("needs_confirmation", json!(false))] {
        let mut other_one = same.clone();
        other_one[field] = other;
        let (status, answer) = announce(&here, room, &other_one).await;
        assert_eq!((status, &answer["code"]), (409, &json!("client_id_reused")), "{field}");
    }
    // Eight writers at once, in the same moment as somebody comes: one order.
    let accounts = ["luciana.prado", "camila.nobrega", "otavio.lins", "marina.couto"];
    let mut sessions = Vec::new();
    for account in accounts {
        sessions.push(server.login(account).await);
        sessions.push(second.login(account).await);
    }
    let each: Vec<Value> = (0..sessions.len()).map(|n| announcement(&format!("Aviso {n}"), false)).collect();
    let sent = sessions.iter().zip(&each).map(|(session, body)| announce(session, room, body));
    let come = async {
        let moved =
            "update students set class_id = (select class_id from classes where name = $1) where name like 'Davi %'";
        demo.owner.execute(moved, &[&THIRD]).await.expect("moved");
    };
    let (answers, ()) = tokio::join!(futures_util::future::join_all(sent), come);
    assert!(answers.iter().all(|(status, _)| *status == 201), "{answers:?}");
    assert_eq!(is_gapless(&demo, room).await, 9);
}

#[tokio::test]
async fn an_author_writes_five_an_hour_and_what_was_written_is_found_all_the_same() {
    let (server, demo, room) = served(THIRD).await;
    let (teacher, other) = (server.login("luciana.prado").await, server.login("camila.nobrega").await);
    let all: Vec<Value> = (0..8).map(|n| announcement(&format!("Aviso {n}"), false)).collect();
    let answers = futures_util::future::join_all(all.iter().map(|body| announce(&teacher, room, body))).await;
    let stored = answers.iter().filter(|(status, _)| *status == 201).count();
    let refused: Vec<_> = answers.iter().filter(|(status, _)| *status == 429).collect();
    assert_eq!((stored, refused.len()), (5, 3), "exactly, however many come at once");
    assert!(refused.iter().all(|(_, answer)| answer["code"] == "too_many_attempts"), "{refused:?}");
    let known = all.iter().zip(&answers).find(|(_, (status, _))| *status == 201).expect("one").0;
    assert_eq!(announce(&teacher, room, known).await.0, 200);
    assert_eq!(announce(&other, room, &announcement("De outra pessoa", false)).await.0, 201);
    let past = "update room_events set created_at = now() - interval '61 minutes' where kind = 'announcement'";
    demo.owner.execute(past, &[]).await.expect("an hour later");
    assert_eq!(announce(&teacher, room, &announcement("Mais um", false)).await.0, 201);
}

#[tokio::test]
async fn only_those_who_write_in_the_class_announce_and_only_what_is_one() {
    let (server, demo, room) = served(THIRD).await;
    let body = announcement("Aviso", false);
    for (account, status) in [("denise.barreto", 403), ("wesley.duarte", 404), ("henrique.bastos", 404), ("ops", 404)] {
        assert_eq!(announce(&server.login(account).await, room, &body).await.0, status, "{account}");
    }
    let teacher = server.login("luciana.prado").await;
    let student = demo.student("Téo").await;
    let team = "select room_id from rooms where student_id = $1 and kind = 'team'";
    let team = RoomId(demo.owner.query_one(team, &[&student.0]).await.expect("a room").get(0));
    assert_eq!(announce(&teacher, team, &body).await.0, 404, "no room of a class");
    for (field, value) in [
        ("title", json!("")),
        ("title", json!("a".repeat(121))),
        ("title", json!("duas\nlinhas")),
        ("text", json!("  ")),
        ("text", json!("a".repeat(8_001))),
        ("client_id", json!("x")),
    ] {
        let mut wrong = announcement("Aviso", false);
        wrong[field] = value;
        let (status, answer) = announce(&teacher, room, &wrong).await;
        assert_eq!((status, &answer["code"]), (422, &json!("validation")), "{field}: {answer}");
    }
    assert_eq!(is_gapless(&demo, room).await, 0);
    let recorded = "select count(*) from audit_log where action = 'announcement.write' and outcome = 'denied'";
    let recorded: i64 = demo.owner.query_one(recorded, &[]).await.expect("a count").get(0);
    assert_eq!(recorded, 5);
}

#[tokio::test]
async fn an_announcement_is_shown_at_once_counts_as_unread_and_stands_in_the_list() {
    let (server, _, room) = served(THIRD).await;
    let (mother, teacher) = (server.login("denise.barreto").await, server.login("luciana.prado").await);
    let (mut here, _) = ChatSocket::enter(&server, &mother.access_token, &json!({})).await;
    let seq = announced(&teacher, room, "Passeio").await;
    let event = here.shown(&room.to_string(), "Na sexta, às 18h.").await;
    assert_eq!(
        (&event["kind"], &event["title"], &event["needs_confirmation"], &event["seq"]),
        (&json!("announcement"), &json!("Passeio"), &json!(true), &json!(seq))
    );
    assert_eq!((&event["user"], &event["name"]), (&teacher.user["user_id"], &teacher.user["name"]));
    let heard = here.sync(&json!({})).await;
    let inbox = heard.all("inbox")[0]["rooms"].as_array().cloned().unwrap_or_default();
    let listed = inbox.iter().find(|found| found["room"] == room.to_string()).expect("the room");
    assert_eq!(listed["message_count"].as_i64().zip(listed["read_no"].as_i64()), Some((1, 0)));
    assert_eq!(
        (&listed["last_message"]["title"], &listed["last_message"]["name"], &listed["class_name"]),
        (&json!("Passeio"), &teacher.user["name"], &json!(THIRD))
    );
}

#[tokio::test]
async fn what_families_have_read_and_confirmed_is_told_by_student() {
    let (server, demo, room) = served(THIRD).await;
    let (mother, grandfather, teacher) = (
        server.login("denise.barreto").await,
        server.login("jorge.barreto").await,
        server.login("luciana.prado").await,
    );
    let seq = announced(&teacher, room, "Autorização").await;
    let (status, nothing) = receipts(&teacher, room, seq).await;
    assert_eq!((status, &nothing["students_in_class"], &nothing["students_confirmed"]), (200, &json!(3), &json!(0)));
    assert_eq!(nothing["outstanding"].as_array().map(Vec::len), Some(3), "{nothing}");
    // One has read it, the other confirms without having looked.
    let (mut here, _) = ChatSocket::enter(&server, &grandfather.access_token, &json!({})).await;
    here.say(&json!({ "t": "read", "room": room, "seq": seq })).await;
    let first = confirm(&mother, room, seq, "audio").await;
    assert_eq!((first.0, &first.1["how"]), (200, &json!("audio")));
    assert_eq!(confirm(&mother, room, seq, "tap").await, first, "the first one stands");
    let own = mother.get(&format!("/api/v1/rooms/{room}/confirmations")).await.body;
    assert_eq!(
        (&own[0]["seq"], &own[0]["confirmed_at"], &own[1]),
        (&json!(seq), &first.1["confirmed_at"], &Value::Null)
    );
    let told = eventually("the mark is written", async || {
        let (_, told) = receipts(&teacher, room, seq).await;
        let guardians =
            told["students"].as_array()?.iter().flat_map(|student| student["guardians"].as_array().cloned());
        let seen = guardians.flatten().filter(|guardian| !guardian["seen_at"].is_null()).count();
        (seen == 2).then_some(told)
    })
    .await;
    let students: Vec<_> = told["students"].as_array().expect("a list").iter().collect();
    let names: Vec<_> = students.iter().filter_map(|student| student["name"].as_str()).collect();
    assert_eq!(names, ["Lara Coutinho", "Malu Rezende", "Téo Barreto"]);
    let guardians: Vec<(&str, bool, bool)> = students[2]["guardians"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            (one["name"].as_str().unwrap_or_default(), one["seen_at"].is_string(), one["confirmed_at"].is_string())
        })
        .collect();
    assert_eq!(guardians, [("Denise Barreto", true, true), ("Jorge Barreto", true, false)]);
    assert_eq!((&students[2]["confirmed"], &students[0]["confirmed"]), (&json!(true), &json!(false)), "one is enough");
    assert_eq!((&told["students_confirmed"], told["outstanding"].as_array().map(Vec::len)), (&json!(1), Some(2)));
    // Who comes later could not have seen it: the child waits, and nobody of its family is blamed.
    let moved =
        "update students set class_id = (select class_id from classes where name = $1) where name like 'Ícaro %'";
    demo.owner.execute(moved, &[&THIRD]).await.expect("moved");
    assert_eq!(confirm(&server.login("elton.dantas").await, room, seq, "tap").await.0, 404);
    let (_, told) = receipts(&server.login("marina.couto").await, room, seq).await;
    let late =
        told["students"].as_array().and_then(|all| all.iter().find(|one| one["name"] == "Ícaro Dantas").cloned());
    let late = late.expect("a student of the class");
    assert_eq!((&late["guardians"], &late["confirmed"]), (&json!([]), &json!(false)));
    assert_eq!(told["outstanding"].as_array().map(Vec::len), Some(3));
    for (account, status) in [("denise.barreto", 403), ("wesley.duarte", 404)] {
        assert_eq!(receipts(&server.login(account).await, room, seq).await.0, status, "{account}");
    }
}

#[tokio::test]
async fn names_of_students_for_whom_one_does_not_write_stay_out_of_sight() {
    let (server, _, room) = served(SEVENTH).await;
    let (special, teacher) = (server.login("camila.nobrega").await, server.login("henrique.bastos").await);
    let seq = announced(&teacher, room, "Prova").await;
    // Joaquim is not one of hers.
    let (_, told) = receipts(&special, room, seq).await;
    assert_eq!((told["students"].as_array().map(Vec::len), &told["students_in_class"]), (Some(3), &json!(4)));
    assert!(!told.to_string().contains("Joaquim"), "{told}");
    let (_, told) = receipts(&teacher, room, seq).await;
    assert!(told.to_string().contains("Joaquim Peres"), "{told}");
}

#[tokio::test]
async fn only_family_confirms_and_only_what_asks_for_it() {
    let (server, demo, room) = served(THIRD).await;
    let (mother, teacher) = (server.login("denise.barreto").await, server.login("luciana.prado").await);
    let (_, told) = announce(&teacher, room, &announcement("Só para saber", false)).await;
    let seq = told["seq"].as_i64().expect("a place");
    assert_eq!(confirm(&mother, room, seq, "tap").await.0, 404, "it asks for nothing");
    assert_eq!(confirm(&mother, room, 1, "tap").await.0, 404, "somebody came, which is no announcement");
    let seq = announced(&teacher, room, "Autorização").await;
    for (account, status) in [("luciana.prado", 403), ("otavio.lins", 403), ("wesley.duarte", 404), ("vera.sales", 404)]
    {
        assert_eq!(confirm(&server.login(account).await, room, seq, "tap").await.0, status, "{account}");
    }
    assert_eq!(confirm(&mother, room, seq, "wink").await.0, 422);
    // The policies, without the statements that ask first.
    let app = demo.database.connect(roles::APP).await;
    let insert = "insert into announcement_receipts (room_id, seq, user_id, confirmed_at, how) values ($1, $2, $3, now(), 'tap')";
    for (acting, whose, may) in [
        ("luciana.prado", "luciana.prado", false),
        ("denise.barreto", "jorge.barreto", false),
        ("vera.sales", "vera.sales", false),
        ("denise.barreto", "denise.barreto", true),
    ] {
        let who = demo.person(acting).await.to_string();
        app.execute("select set_config('app.user_id', $1, false)", &[&who]).await.expect("an identity");
        let whose = demo.person(whose).await;
        assert_eq!(app.execute(insert, &[&room.0, &seq, &whose.0]).await.is_ok(), may, "{acting} for {whose}");
        let seen: i64 = app.query_one("select count(*) from announcement_receipts", &[]).await.expect("a count").get(0);
        assert_eq!(seen, i64::from(may));
    }
}

#[tokio::test]
async fn the_table_opens_in_a_spreadsheet_and_nothing_in_it_is_a_formula() {
    let (server, demo, room) = served(THIRD).await;
    let named = "update users set name = '=HYPERLINK(\"http://x\";\"y\")' where name = 'Jorge Barreto'";
    assert_eq!(demo.owner.execute(named, &[]).await.expect("named"), 1);
    let (mother, teacher) = (server.login("denise.barreto").await, server.login("luciana.prado").await);
    let seq = announced(&teacher, room, "Autorização").await;
    assert_eq!(confirm(&mother, room, seq, "tap").await.0, 200);
    let address = server.url(&format!("/api/v1/rooms/{room}/announcements/{seq}/receipts.csv"));
    let answer =
        reqwest::Client::new().get(address).bearer_auth(&teacher.access_token).send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"confirmacoes.csv\"");
    let bytes = answer.bytes().await.expect("a body");
    let text = std::str::from_utf8(&bytes).expect("UTF-8").strip_prefix('\u{feff}').expect("its mark");
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "Estudante;Responsável;Visto em;Confirmado em;Como;Estudante confirmado");
    assert_eq!(lines.len(), 5, "{text}");
    assert!(lines[1].starts_with("Lara Coutinho;Patrícia Coutinho;;;;não"), "{text}");
    let formula = "Téo Barreto;\"'=HYPERLINK(\"\"http://x\"\";\"\"y\"\")\";;;;sim";
    assert!(lines.contains(&formula), "{text}");
    let confirmed = lines.iter().find(|line| line.contains("Denise")).expect("her line");
    assert!(confirmed.ends_with(";lido;sim") && !confirmed.contains(";;"), "{confirmed}");
}

#[tokio::test]
async fn an_erased_student_takes_its_desks_along_and_what_its_family_did_in_the_class_that_stays() {
    let (server, mut demo, room) = served(THIRD).await;
    let (mother, other, teacher) = (
        server.login("denise.barreto").await,
        server.login("patricia.coutinho").await,
        server.login("luciana.prado").await,
    );
    let seq = announced(&teacher, room, "Autorização").await;
    for session in [&mother, &other] {
        assert_eq!(confirm(session, room, seq, "tap").await.0, 200);
    }
    let teo = demo.student("Téo").await;
    let opened = mother.post(&format!("/api/v1/students/{teo}/desks"), &json!({ "desk": "aee" })).await;
    assert_eq!(opened.status.as_u16(), 201);
    erase(&mut demo.owner, teo, false).await.expect("erased");
    let left = members(&demo, room).await;
    assert!(
        left.is_disjoint(&set(&["Denise Barreto", "Jorge Barreto"])) && left.contains("Patrícia Coutinho"),
        "{left:?}"
    );
    let count = async |statement: &str| -> i64 { demo.owner.query_one(statement, &[]).await.expect("a count").get(0) };
    assert_eq!(count("select count(*) from announcement_receipts").await, 1, "that of the other family");
    assert_eq!(count("select count(*) from rooms where guardian_id is not null").await, 0);
    assert_eq!(is_gapless(&demo, room).await, 1);
    assert_eq!(sync_passed(&demo.store, None).await.expect("synced").students, 0);
    let (_, told) = receipts(&teacher, room, seq).await;
    assert_eq!((&told["students_in_class"], &told["students_confirmed"]), (&json!(2), &json!(1)));
}

#[tokio::test]
async fn an_announcement_is_corrected_and_taken_back_by_its_author_at_any_time_and_nothing_else_is_said_there() {
    let (server, demo, room) = served(THIRD).await;
    let author = server.login("luciana.prado").await;
    let seq = announced(&author, room, "Reunião").await;
    let old = "update room_events set created_at = created_at - interval '3 days' where room_id = $1 and seq = $2";
    demo.owner.execute(old, &[&room.0, &seq]).await.expect("older");
    let (mut socket, _) = ChatSocket::enter(&server, &author.access_token, &json!({})).await;
    let act = |kind: &str| json!({ "t": kind, "room": room, "client": Uuid::now_v7(), "target": seq });
    let mut edit = act("edit");
    edit["text"] = "Na quinta, às 18h.".into();
    assert_eq!(socket.write(edit.clone()).await["t"], "ack");
    let mut react = act("react");
    react["reaction"] = "like".into();
    assert_eq!(socket.write(react).await["code"], "forbidden");
    let other = server.login("marina.couto").await;
    let (mut another, _) = ChatSocket::enter(&server, &other.access_token, &json!({})).await;
    edit["client"] = json!(Uuid::now_v7());
    assert_eq!(another.write(edit).await["code"], "forbidden");
    let read = |frame: &Value| frame.to_string();
    let newest = json!({ "t": "history", "request": 4, "room": room, "before": 1_000_000, "most": 50 });
    another.say(&newest).await;
    let page = read(&another.answer_to(4).await);
    assert!(page.contains("Na quinta, às 18h.") && page.contains("Reunião") && !page.contains("Na sexta"), "{page}");
    assert_eq!(socket.write(act("delete")).await["t"], "ack");
    another.say(&newest).await;
    let page = read(&another.answer_to(4).await);
    assert!(!page.contains("Na quinta") && !page.contains("Reunião"), "{page}");
    assert_eq!(is_gapless(&demo, room).await, 1);
}
