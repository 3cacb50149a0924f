//! What people see of each other on `/ws/chat`, with one server and with two.

use serde_json::{Value, json};
use uuid::Uuid;

use super::socket::ChatSocket;
use crate::support::{Session, TestServer, eventually};

const MOTHER: &str = "denise.barreto";
const TEACHER: &str = "luciana.prado";
const STRANGER: &str = "wesley.duarte";

fn name() -> String {
    Uuid::now_v7().to_string()
}

/// The room of a student's family, as this person's inbox has it.
async fn family_room(server: &TestServer, session: &Session, student: &str) -> String {
    let (_, heard) = ChatSocket::enter(server, &session.access_token, &json!({})).await;
    let inbox = heard.all("inbox")[0]["rooms"].as_array().cloned().unwrap_or_default();
    let is_it = |room: &&Value| {
        room["kind"] == "family" && room["student_name"].as_str().is_some_and(|name| name.starts_with(student))
    };
    let room = inbox.iter().find(is_it).unwrap_or_else(|| panic!("no room of {student} in {inbox:?}"));
    room["room"].as_str().expect("an id").to_owned()
}

/// A mother and a teacher of one child, and the room that is theirs.
struct Two {
    server: TestServer,
    mother: Session,
    teacher: Session,
    room: String,
}

impl Two {
    async fn new() -> Self {
        let server = TestServer::spawn().await;
        let (mother, teacher) = (server.login(MOTHER).await, server.login(TEACHER).await);
        let room = family_room(&server, &mother, "Téo").await;
        assert_eq!(room, family_room(&server, &teacher, "Téo").await);
        Self { server, mother, teacher, room }
    }

    async fn enter(&self, session: &Session) -> ChatSocket {
        ChatSocket::enter(&self.server, &session.access_token, &json!({})).await.0
    }
}

#[tokio::test]
async fn what_one_writes_the_other_sees_and_what_was_sent_twice_is_one_message() {
    let two = Two::new().await;
    let (mut here, mut there) = (two.enter(&two.mother).await, two.enter(&two.teacher).await);
    let client = name();
    let first = here.publish(&two.room, &client, "  Bom dia, professor!  ").await;
    assert_eq!((&first["t"], &first["known"]), (&json!("ack"), &json!(false)), "{first}");
    let event = there.shown(&two.room, "Bom dia, professor!").await;
    assert_eq!(
        (&event["seq"], &event["client"], &event["user"]),
        (&first["seq"], &json!(client), &two.mother.user["user_id"])
    );
    assert_eq!(event["name"], two.mother.user["name"]);
    let again = here.publish(&two.room, &client, "Bom dia, professor!").await;
    assert_eq!((&again["t"], &again["known"], &again["seq"]), (&json!("ack"), &json!(true), &first["seq"]));
    let other = here.publish(&two.room, &client, "Outra coisa").await;
    assert_eq!(
        (&other["t"], &other["code"], &other["retry_after_ms"]),
        (&json!("nack"), &json!("client_id_reused"), &json!(0))
    );
    let answer = there.publish(&two.room, &name(), "Bom dia, Denise!").await;
    assert_eq!(answer["seq"], json!(first["seq"].as_i64().expect("a number") + 1), "one follows the other");
    here.shown(&two.room, "Bom dia, Denise!").await;
}

#[tokio::test]
async fn what_is_changed_taken_back_and_reacted_to_is_seen_by_the_other_and_not_told_again_to_who_comes_later() {
    let two = Two::new().await;
    let (mut here, mut there) = (two.enter(&two.mother).await, two.enter(&two.teacher).await);
    let kept = here.publish(&two.room, &name(), "Ele gostou da aula.").await["seq"].clone();
    let slip = here.publish(&two.room, &name(), "A senha do wifi é 1234.").await["seq"].clone();
    let act = |kind: &str, target: &Value| json!({ "t": kind, "room": two.room, "client": name(), "target": target });
    let mut edit = act("edit", &slip);
    edit["text"] = " A senha do wifi é 12345. ".into();
    let first = here.write(edit.clone()).await;
    assert_eq!((&first["t"], &first["message_no"]), (&json!("ack"), &json!(2)), "{first}");
    assert_eq!(here.write(edit).await["known"], true, "sent again it is the same change");
    let change = there.shown(&two.room, "A senha do wifi é 12345.").await;
    assert_eq!((&change["kind"], &change["target"]), (&json!("edited"), &slip));
    let mut react = act("react", &kept);
    react["reaction"] = "love".into();
    assert_eq!(there.write(react.clone()).await["t"], "ack");
    let of_kind = |frame: &Value, kind: &str| {
        let events = frame["events"].as_array().cloned().unwrap_or_default();
        events.into_iter().find(|event| event["kind"] == kind)
    };
    let reacted = here.hear_until(|frame| of_kind(frame, "reacted").is_some()).await;
    let reacted = of_kind(reacted.0.last().expect("a frame"), "reacted").expect("an event");
    assert_eq!((&reacted["target"], &reacted["reaction"]), (&kept, &json!("love")));
    // What is not one of the six is no frame at all; what is not theirs is not theirs to change.
    let refused = there.write(act("delete", &slip)).await;
    assert_eq!(refused["code"], "forbidden");
    assert_eq!(here.write(act("delete", &slip)).await["t"], "ack");
    there.hear_until(|frame| of_kind(frame, "deleted").is_some()).await;
    // Whoever comes now, from the beginning or from in between, hears nothing of it, whichever way it comes.
    for from in [kept.as_i64().expect("a number") - 1, kept.as_i64().expect("a number") + 2] {
        let (_, heard) =
            ChatSocket::enter(&two.server, &two.teacher.access_token, &json!({ &two.room: [1, from] })).await;
        assert!(!format!("{heard:?}").contains("wifi"), "{heard:?}");
    }
    there.say(&json!({ "t": "history", "request": 5, "room": two.room, "before": 1_000_000, "most": 20 })).await;
    let page = there.answer_to(5).await;
    assert!(!page.to_string().contains("wifi") && page.to_string().contains("gostou"), "{page}");
    react["reaction"] = "shrug".into();
    there.say(&react).await;
    assert_eq!(there.close_code().await, 4400);
}

#[tokio::test]
async fn a_change_of_rights_before_a_device_has_said_what_it_holds_does_not_make_it_begin_anew() {
    let two = Two::new().await;
    let (mut here, heard) = ChatSocket::enter(&two.server, &two.mother.access_token, &json!({})).await;
    let held = heard.of_room("attached", &two.room).expect("attached")["from"].clone();
    assert_eq!(here.publish(&two.room, &name(), "Bom dia!").await["t"], "ack");
    let mut late = ChatSocket::open(&two.server).await;
    late.say(&json!({ "t": "hello", "token": two.mother.access_token })).await;
    late.hear_until(|frame| frame["t"] == "welcome").await;
    let owner = two.server.database.owner().await;
    let ring = format!(
        "insert into auth_changes (user_id) values ('{}')",
        two.mother.user["user_id"].as_str().expect("an id")
    );
    owner.batch_execute(&ring).await.expect("the owner may");
    owner.batch_execute("notify auth_changes").await.expect("heard");
    // Her other socket has looked at its rooms again: so has this one, or it will after it has begun.
    here.hear_until(|frame| frame["t"] == "inbox").await;
    let heard = late.sync(&json!({ &two.room: [1, held] })).await;
    let attached: Vec<&Value> = heard.all("attached").into_iter().filter(|frame| frame["room"] == two.room).collect();
    assert_eq!(attached.len(), 1, "{attached:?}");
    assert_eq!(attached[0]["from"], held, "it goes on where it stood");
}

#[tokio::test]
async fn a_device_goes_on_where_it_stood_and_one_that_cannot_begins_anew() {
    let two = Two::new().await;
    let mut teacher = two.enter(&two.teacher).await;
    let (mother, heard) = ChatSocket::enter(&two.server, &two.mother.access_token, &json!({})).await;
    let attached = heard.of_room("attached", &two.room).expect("attached");
    let (epoch, from) = (attached["epoch"].clone(), attached["from"].as_i64().expect("a number"));
    drop(mother);
    for turn in 0..20 {
        let ack = teacher.publish(&two.room, &name(), &format!("recado {turn}")).await;
        assert_eq!(ack["t"], "ack", "{ack}");
    }
    let (mut mother, heard) =
        ChatSocket::enter(&two.server, &two.mother.access_token, &json!({ &two.room: [epoch, from] })).await;
    assert_eq!(heard.of_room("attached", &two.room).expect("attached")["from"], from);
    let expected: Vec<String> = (0..20).map(|turn| format!("recado {turn}")).collect();
    assert_eq!(heard.texts(&two.room), expected, "before the word that everything is there");
    for cursor in
        [json!([epoch, from + 1_000]), json!([epoch.as_i64().expect("a number") + 1, from]), json!([epoch, -5])]
    {
        let heard = mother.sync(&json!({ &two.room: cursor })).await;
        let attached = heard.of_room("attached", &two.room).expect("attached");
        assert_eq!(attached["from"], from + 20, "{cursor}");
        assert!(heard.texts(&two.room).is_empty());
    }
    mother.say(&json!({ "t": "history", "request": 9, "room": two.room, "before": from + 11, "most": 5 })).await;
    let page = mother.answer_to(9).await;
    let texts: Vec<&str> =
        page["events"].as_array().expect("events").iter().filter_map(|e| e["text"].as_str()).collect();
    assert_eq!(texts, ["recado 5", "recado 6", "recado 7", "recado 8", "recado 9"]);
    assert_eq!(page["end"], false);
    mother.say(&json!({ "t": "history", "request": 10, "room": two.room, "before": 2, "most": 50 })).await;
    assert_eq!(mother.answer_to(10).await["end"], true);
}

#[tokio::test]
async fn somebody_who_is_far_behind_is_caught_up_from_the_log_in_order() {
    let two = Two::new().await;
    let mut mother = two.enter(&two.mother).await;
    let (_, heard) = ChatSocket::enter(&two.server, &two.mother.access_token, &json!({})).await;
    let attached = heard.of_room("attached", &two.room).expect("attached").clone();
    let from = attached["from"].as_i64().expect("a number");
    // Past the socket's own pace: the log takes them at once.
    let owner = two.server.database.owner().await;
    let plant = "with r as (update rooms set last_seq = last_seq + 250, message_count = message_count + 250 \
                 where room_id = $1 returning last_seq - 250 as seq, message_count - 250 as no) \
                 insert into room_events (room_id, seq, message_no, kind, user_id, client_id, body) \
                 select $1, r.seq + n, r.no + n, 'text', $2, gen_random_uuid(), 'linha ' || n from r, generate_series(1, 250) n";
    let (room, teacher) =
        (two.room.parse::<Uuid>().expect("an id"), two.teacher.user["user_id"].as_str().expect("an id"));
    owner.execute(plant, &[&room, &teacher.parse::<Uuid>().expect("an id")]).await.expect("the owner may");
    let expected: Vec<String> = (1..=250).map(|line| format!("linha {line}")).collect();
    // Nothing told this server: the position check did.
    let mut seen = Vec::new();
    while seen.len() < 250 {
        let heard = mother.hear_until(|frame| frame["t"] == "events").await;
        seen.extend(heard.texts(&two.room));
    }
    assert_eq!(seen, expected);
    let (_, heard) =
        ChatSocket::enter(&two.server, &two.mother.access_token, &json!({ &two.room: [attached["epoch"], from] }))
            .await;
    assert_eq!(heard.texts(&two.room), expected, "further behind than memory reaches");
    let (_, heard) =
        ChatSocket::enter(&two.server, &two.mother.access_token, &json!({ &two.room: [attached["epoch"], from - 60] }))
            .await;
    assert_eq!(heard.of_room("attached", &two.room).expect("attached")["from"], from + 250, "too far: anew");
}

#[tokio::test]
async fn two_servers_show_one_conversation() {
    let two = Two::new().await;
    let second = two.server.sibling().await;
    let mut here = two.enter(&two.mother).await;
    let (mut there, _) = ChatSocket::enter(&second, &two.teacher.access_token, &json!({})).await;
    for turn in 0..5 {
        let (question, answer) = (format!("pergunta {turn}"), format!("resposta {turn}"));
        assert_eq!(here.publish(&two.room, &name(), &question).await["t"], "ack");
        there.shown(&two.room, &question).await;
        assert_eq!(there.publish(&two.room, &name(), &answer).await["t"], "ack");
        here.shown(&two.room, &answer).await;
    }
}

#[tokio::test]
async fn marks_and_typing_reach_the_others_and_marks_stay() {
    let two = Two::new().await;
    let (mut here, mut there) = (two.enter(&two.mother).await, two.enter(&two.teacher).await);
    there.say(&json!({ "t": "typing", "room": two.room })).await;
    let typing = here.hear_until(|frame| frame["t"] == "typing").await;
    assert_eq!(typing.0.last().expect("a frame")["user"], two.teacher.user["user_id"]);
    let seq = here.publish(&two.room, &name(), "Li o caderno.").await["seq"].clone();
    there.say(&json!({ "t": "received", "marks": { &two.room: seq } })).await;
    let of_teacher = |frame: &Value| frame["t"] == "mark" && frame["user"] == two.teacher.user["user_id"];
    let mark = here.hear_until(of_teacher).await.0.pop().expect("a mark");
    assert_eq!(mark["received_seq"], seq);
    assert!(mark["read_seq"].as_i64() < seq.as_i64(), "received is not read: {mark}");
    there.say(&json!({ "t": "read", "room": two.room, "seq": seq })).await;
    let mark = here.hear_until(of_teacher).await.0.pop().expect("a mark");
    assert_eq!((&mark["read_seq"], &mark["read_no"].is_i64()), (&seq, &true));
    // Beyond the log, and back: neither moves anything.
    there.say(&json!({ "t": "read", "room": two.room, "seq": 1 })).await;
    there.say(&json!({ "t": "read", "room": two.room, "seq": i64::MAX })).await;
    eventually("the mark is in the database", async || {
        let (_, heard) = ChatSocket::enter(&two.server, &two.teacher.access_token, &json!({})).await;
        let rooms = heard.all("inbox")[0]["rooms"].as_array().cloned().unwrap_or_default();
        let room = rooms.into_iter().find(|room| room["room"] == json!(two.room))?;
        (room["read_seq"] == seq && room["read_no"] == room["message_count"]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn whoever_is_taken_out_sees_nothing_more_and_is_told_and_whoever_comes_is_told_too() {
    let two = Two::new().await;
    let owner = two.server.database.owner().await;
    let (mut here, mut there) = (two.enter(&two.mother).await, two.enter(&two.teacher).await);
    assert_eq!(there.publish(&two.room, &name(), "antes").await["t"], "ack");
    here.shown(&two.room, "antes").await;
    let change = |text: &str| {
        format!(
            "with student as (select student_id from rooms where room_id = '{}'), \
             changed as (update grants set {text} where student_id = (select student_id from student) \
             and user_id = '{}' returning 1) select sync_rooms(array(select student_id from student)) from (select count(*) from changed) c",
            two.room,
            two.mother.user["user_id"].as_str().expect("an id")
        )
    };
    // The same transaction sees its own changes only in the next statement.
    let end = "valid_from = now() - interval '2 days', valid_to = now() - interval '1 second'";
    owner.batch_execute(&change(end)).await.expect("the owner may");
    owner.batch_execute(&change(end)).await.expect("the owner may");
    here.hear_until(|frame| frame["t"] == "gone" && frame["room"] == json!(two.room)).await;
    assert_eq!(there.publish(&two.room, &name(), "depois").await["t"], "ack");
    // While the session looks which rooms are left it may say "not yet".
    let refused = eventually("there is an answer for good", async || {
        let answer = here.publish(&two.room, &name(), "ainda estou aqui").await;
        (answer["code"] != "overloaded").then_some(answer)
    })
    .await;
    assert_eq!((&refused["t"], &refused["code"]), (&json!("nack"), &json!("not_found")));
    here.say(&json!({ "t": "history", "request": 3, "room": two.room, "before": 1_000_000, "most": 50 })).await;
    let page = here.answer_to(3).await;
    assert_eq!((page["events"].as_array().map(Vec::len), &page["end"]), (Some(0), &json!(true)));
    owner.batch_execute(&change("valid_to = null")).await.expect("the owner may");
    owner.batch_execute(&change("valid_to = null")).await.expect("the owner may");
    here.hear_until(|frame| frame["t"] == "attached" && frame["room"] == json!(two.room)).await;
    assert_eq!(there.publish(&two.room, &name(), "de novo").await["t"], "ack");
    here.shown(&two.room, "de novo").await;
    let (_, heard) = ChatSocket::enter(&two.server, &two.mother.access_token, &json!({ &two.room: [1, 1] })).await;
    assert!(heard.texts(&two.room).iter().all(|text| text != "depois" && text != "antes"));
}

#[tokio::test]
async fn strangers_get_the_same_answer_in_a_room_of_others_and_in_one_that_never_was() {
    let two = Two::new().await;
    let stranger = two.server.login(STRANGER).await;
    let (mut socket, heard) =
        ChatSocket::enter(&two.server, &stranger.access_token, &json!({ &two.room: [1, 1] })).await;
    assert!(heard.of_room("attached", &two.room).is_none());
    assert!(heard.of_room("gone", &two.room).is_some(), "the device forgets what it should not have");
    let mut answers = Vec::new();
    for room in [two.room.clone(), name()] {
        let mut refused = socket.publish(&room, &name(), "oi").await;
        refused["request"] = json!(0);
        socket.say(&json!({ "t": "history", "request": 4, "room": room, "before": 100, "most": 10 })).await;
        let mut page = socket.answer_to(4).await;
        page["room"] = json!("");
        socket.say(&json!({ "t": "typing", "room": room })).await;
        socket.say(&json!({ "t": "read", "room": room, "seq": 1 })).await;
        socket.say(&json!({ "t": "ping" })).await;
        let pong = socket.hear_until(|frame| frame["t"] == "pong").await;
        assert_eq!(pong.0.len(), 1, "{pong:?}");
        answers.push((refused, page));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0["code"], "not_found");
}

#[tokio::test]
async fn what_is_no_frame_ends_the_socket_and_what_is_too_much_is_answered() {
    let two = Two::new().await;
    for (text, code) in
        [("{", 4400), ("[]", 4400), (r#"{"t":"publish"}"#, 4400), (r#"{"t":"hello","token":"again"}"#, 4400)]
    {
        let mut socket = two.enter(&two.mother).await;
        socket.say_raw(text.to_owned()).await;
        assert_eq!(socket.close_code().await, code, "{text}");
    }
    let mut socket = ChatSocket::open(&two.server).await;
    socket.say(&json!({ "t": "sync", "have": {} })).await;
    assert_eq!(socket.close_code().await, 4400, "nobody was let in");
    let mut socket = ChatSocket::open(&two.server).await;
    socket.say(&json!({ "t": "hello", "token": "nonsense" })).await;
    assert_eq!(socket.close_code().await, 4401);
    let mut socket = two.enter(&two.mother).await;
    for text in ["   ".to_owned(), "x".repeat(8_001), "a\u{7}b".to_owned()] {
        let refused = socket.publish(&two.room, &name(), &text).await;
        assert_eq!((&refused["code"], &refused["retry_after_ms"]), (&json!("validation"), &json!(0)));
    }
    socket.say_raw(format!(r#"{{"t":"typing","room":"{}","more":"{}"}}"#, two.room, "x".repeat(70_000))).await;
    assert_eq!(socket.close_code().await, 1009);
    let mut socket = two.enter(&two.mother).await;
    for request in 0..60 {
        socket
            .say(&json!({ "t": "publish", "request": request, "room": two.room, "client": name(), "text": "depressa" }))
            .await;
    }
    let (mut acks, mut waits) = (0, 0);
    while acks + waits < 60 {
        match socket.hear().await.expect("the socket stays") {
            frame if frame["t"] == "ack" => acks += 1,
            frame if frame["t"] == "nack" => {
                assert_eq!(frame["code"], "too_many_attempts");
                assert!(frame["retry_after_ms"].as_i64() > Some(0), "{frame}");
                waits += 1;
            }
            _ => {}
        }
    }
    assert!(acks >= 30 && waits > 0, "{acks} taken, {waits} postponed");
}

#[tokio::test]
async fn a_session_that_ends_takes_its_socket_along_and_a_restart_says_goodbye() {
    let mut two = Two::new().await;
    let mut socket = two.enter(&two.mother).await;
    two.mother.post("/api/v1/auth/logout", &Value::Null).await;
    let bye = socket.hear_until(|frame| frame["t"] == "bye").await;
    assert_eq!(bye.0.last().expect("a frame")["code"], "session_ended");
    assert_eq!(socket.close_code().await, 4401);
    let mut socket = two.enter(&two.teacher).await;
    let goodbye = async {
        let bye = socket.hear_until(|frame| frame["t"] == "bye").await;
        assert_eq!(bye.0.last().expect("a frame")["code"], "restarting");
        socket.close_code().await
    };
    let (code, status) = tokio::join!(goodbye, two.server.sigterm());
    assert_eq!((code, status.success()), (1012, true));
}
