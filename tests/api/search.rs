//! Finding a message again: without accents and in other forms, in one's own rooms and since one is in, what it says now, page by page, and on record without
//! the words.

use serde_json::{Value, json};
use uuid::Uuid;

use super::World;
use super::admin::{post, read, user};
use super::fixture::Person;
use super::places::Target;
use crate::rooms::socket::ChatSocket;
use crate::support::eventually;

async fn search(world: &World, asker: &Person, query: &str) -> Value {
    eventually("it is not too soon to search again", async || {
        let (status, found) = read(world, asker, &format!("/api/v1/rooms/search?{query}")).await;
        assert!(matches!(status, 200 | 429), "{query}: {found}");
        (status == 200).then_some(found)
    })
    .await
}

fn texts(found: &Value) -> Vec<&str> {
    found["messages"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["snippet"]["text"].as_str().expect("text"))
        .collect()
}

/// Searches until so many are found: words are written some seconds behind the message.
async fn found(world: &World, asker: &Person, query: &str, count: usize) -> Value {
    eventually(&format!("{query} finds {count}"), async || {
        let found = search(world, asker, query).await;
        (texts(&found).len() == count).then_some(found)
    })
    .await
}

async fn enter(world: &World, person: &Person) -> ChatSocket {
    ChatSocket::enter(&world.server, &person.token, &json!({})).await.0
}

async fn say(socket: &mut ChatSocket, room: &str, text: &str) -> i64 {
    let answer = socket.publish(room, &Uuid::now_v7().to_string(), text).await;
    answer["seq"].as_i64().unwrap_or_else(|| panic!("{text}: {answer}"))
}

async fn change(socket: &mut ChatSocket, act: &str, room: &str, target: i64, text: &str) {
    let mut frame = json!({ "t": act, "room": room, "client": Uuid::now_v7().to_string(), "target": target });
    if act == "edit" {
        frame["text"] = text.into();
    }
    assert_eq!(socket.write(frame).await["t"], "ack");
}

#[tokio::test]
async fn words_are_found_without_accents_and_in_other_forms() {
    let world = World::new(&[]).await;
    let room = world.child(Target::Own).room.to_string();
    let (guardian, teacher) = (world.sign_in("guardian").await, world.sign_in("class_teacher").await);
    let mut socket = enter(&world, &guardian).await;
    for text in [
        "😀 A REUNIÃO de amanhã\nfoi adiada.",
        "Temos duas reuniões este mês.",
        "Ele desenhou três animais.",
        "Um animal na sala/3 (o <b>gato</b>)!",
        "Mande as mensagens aqui.",
        "Não dormiu bem.",
        "O cafe\u{301} da manhã foi bom.",
    ] {
        say(&mut socket, &room, text).await;
    }
    for (query, count) in [
        ("reuniao", 2),
        ("Reuni%C3%B5es", 2),
        ("REUNI%C3%83O+adiada", 1),
        ("animal", 2),
        ("gato", 1),
        ("sala+3", 1),
        ("mensagem", 1),
        ("nao+dormir", 1),
        ("caf%C3%A9", 1),
        ("zzzz", 0),
        ("%3F%21", 0),
    ] {
        found(&world, &teacher, &format!("q={query}&room_id={room}"), count).await;
    }
    let answer = found(&world, &teacher, "q=reuniao+adiada", 1).await;
    let message = &answer["messages"][0];
    assert_eq!(message["snippet"]["text"], "😀 A REUNIÃO de amanhã foi adiada.");
    // As a browser counts: the face is two.
    assert_eq!(message["snippet"]["hits"], json!([[5, 12], [27, 33]]));
    assert_eq!((&message["kind"], &message["user_id"]), (&json!("family"), &guardian.me["user_id"]));
    assert_eq!((&message["name"], &message["student_id"]), (&json!("guardian"), &json!(world.student)));
    assert_eq!(texts(&search(&world, &teacher, "q=gato").await), ["Um animal na sala/3 (o <b>gato</b>)!"]);
}

#[tokio::test]
async fn what_is_found_is_what_a_message_says_now() {
    let world = World::new(&[]).await;
    let room = world.child(Target::Own).room.to_string();
    let (guardian, teacher) = (world.sign_in("guardian").await, world.sign_in("class_teacher").await);
    let mut socket = enter(&world, &guardian).await;
    let changed = say(&mut socket, &room, "A chave fica na portaria.").await;
    let back = say(&mut socket, &room, "A senha fica na portaria.").await;
    found(&world, &teacher, "q=portaria", 2).await;
    change(&mut socket, "edit", &room, changed, "A chave fica na secretaria.").await;
    change(&mut socket, "delete", &room, back, "").await;
    // At once nothing is shown that is not so any more; some seconds later the new words are found.
    assert_eq!(texts(&search(&world, &teacher, "q=portaria").await), Vec::<&str>::new());
    let answer = found(&world, &teacher, "q=secretaria", 1).await;
    assert_eq!((&answer["messages"][0]["seq"], texts(&answer)), (&json!(changed), vec!["A chave fica na secretaria."]));
    let owner = world.server.database.owner().await;
    let left = "select count(*) from message_search where room_id = $1 and seq = any($2)";
    let room: Uuid = room.parse().expect("an id");
    eventually("what was taken back is not kept for searches", async || {
        let left: i64 = owner.query_one(left, &[&room, &[changed, back].as_slice()]).await.expect("a count").get(0);
        (left == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn nothing_is_found_of_rooms_one_is_not_in_nor_of_what_was_said_before() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let words = "conversa";
    // Everybody's own child has two messages, the coordinator has two more children in the school.
    for (relation, children) in [
        ("guardian", 1),
        ("class_teacher", 1),
        ("coordinator", 3),
        ("principal", 0),
        ("psychologist", 0),
        ("classmate_guardian", 1),
        ("other_school", 1),
        ("restricted_guardian", 0),
        ("ended_link", 0),
        ("operator", 0),
    ] {
        let asker = world.sign_in(relation).await;
        let answer = found(&world, &asker, &format!("q={words}"), 2 * children).await;
        let rooms: std::collections::BTreeSet<_> =
            answer["messages"].as_array().expect("a list").iter().map(|one| one["room_id"].to_string()).collect();
        assert_eq!(rooms.len(), children, "{relation}");
        // The room of a child of another network, or one that never was, holds nothing.
        for target in [Target::OtherNetwork, Target::Never] {
            let room = world.child(target).room;
            assert_eq!(search(&world, &asker, &format!("q={words}&room_id={room}")).await["messages"], json!([]));
        }
    }
    // Out and in again: what was said before is not theirs any more.
    let (own, teacher) = (world.child(Target::Own), world.sign_in("class_teacher").await);
    found(&world, &teacher, &format!("q={words}"), 2).await;
    let later = "update room_members set joined_seq = $3 where room_id = $1 and user_id = $2";
    let user_id = user(&world, "class_teacher").await;
    assert_eq!(owner.execute(later, &[&own.room, &user_id, &own.seq]).await.expect("later"), 1);
    let answer = search(&world, &teacher, &format!("q={words}")).await;
    assert_eq!((texts(&answer).len(), &answer["messages"][0]["seq"]), (1, &json!(own.seq)));
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_and_bad_questions_are_refused() {
    let world = World::new(&[]).await;
    let room = world.child(Target::Own).room.to_string();
    let (guardian, teacher) = (world.sign_in("guardian").await, world.sign_in("class_teacher").await);
    let mut socket = enter(&world, &guardian).await;
    let mut said = Vec::new();
    for number in 0..25 {
        said.push(say(&mut socket, &room, &format!("lembrete {number}")).await);
    }
    let second = eventually("all are found", async || {
        let first = found(&world, &teacher, "q=lembretes", 20).await;
        let next = first["next"].as_str()?.to_owned();
        let second = search(&world, &teacher, &format!("q=lembretes&before={next}")).await;
        (texts(&second).len() == 5).then_some((first, second))
    });
    let (first, second) = second.await;
    let seqs = [first, second.clone()]
        .iter()
        .flat_map(|page| page["messages"].as_array().expect("a list").clone())
        .map(|one| one["seq"].as_i64().expect("a number"))
        .collect::<Vec<_>>();
    said.reverse();
    assert_eq!((seqs, &second["next"]), (said, &Value::Null));

    let long = "a".repeat(101);
    for (query, field) in
        [("q=a", "q"), ("q=%20%20", "q"), (&format!("q={long}"), "q"), ("q=ab&before=x", "before"), ("", "query")]
    {
        let (status, problem) = read(&world, &teacher, &format!("/api/v1/rooms/search?{query}")).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)), "{query}: {problem}");
    }
    let owner = world.server.database.owner().await;
    let audited =
        "select count(*), bool_and(request_id is not null and resource in ('rooms/search', 'room/' || $1 || '/search'))
                   from audit_log where action = 'room.search' and outcome = 'allowed'";
    let row = owner.query_one(audited, &[&room]).await.expect("a row");
    assert!(row.get::<_, i64>(0) > 2 && row.get::<_, bool>(1), "on record without the words");
    assert!(world.server.metric("kazumi_chat_searches_total").await > 2.0);
    // More than five in a moment.
    let address = world.url("/api/v1/rooms/search?q=lembrete");
    let all = futures_util::future::join_all((0..30).map(|_| teacher.get(&address))).await;
    let refused = all.iter().filter(|answer| answer.status() == 429).collect::<Vec<_>>();
    assert!(refused.len() > 5 && refused.iter().all(|answer| answer.headers().contains_key("retry-after")));
}

#[tokio::test]
async fn neither_the_application_nor_a_stranger_reads_the_table_of_words() {
    let world = World::new(&[]).await;
    let app = world.server.database.connect(kazumi::store::roles::APP).await;
    for statement in
        ["select words from message_search", "delete from message_search", "select seq from message_search_positions"]
    {
        let refused = app.execute(statement, &[]).await.expect_err(statement);
        assert_eq!(refused.code(), Some(&tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE));
    }
    let guardian = world.sign_in("guardian").await;
    let (status, _) = post(&world, &guardian, "/api/v1/rooms/search?q=conversa", &json!({})).await;
    assert_eq!(status, 405);
}
