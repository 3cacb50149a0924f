//! Conversations in a copy of everything, and how long they are kept.

use std::io::{Cursor, Read};

use kazumi::domain::retention::{Class, rule};
use kazumi::store::roles;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::World;
use super::admin::user;
use super::commands::{kazumi, said};
use super::fixture::Person;
use super::places::Target;
use super::retention::counts;
use crate::rooms::socket::ChatSocket;

/// The page and the data of a copy.
async fn take(world: &World, asker: &Person) -> (String, Value) {
    let answer = asker.post(&world.url(&format!("/api/v1/students/{}/dossier", world.student))).await;
    assert_eq!(answer.status(), 200);
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes().await.expect("the file"))).expect("a ZIP");
    let mut text = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).expect("it is there").read_to_string(&mut text).expect("UTF-8");
        text
    };
    (text("dossie.html"), serde_json::from_str(&text("dossie.json")).expect("JSON"))
}

fn room<'a>(data: &'a Value, kind: &str) -> &'a Value {
    data["conversations"].as_array().expect("a list").iter().find(|room| room["kind"] == kind).expect("the room")
}

fn message(room: &Value, seq: &Value) -> Value {
    let messages = room["messages"].as_array().expect("a list");
    messages.iter().find(|message| &message["seq"] == seq).cloned().expect("the message")
}

#[tokio::test]
async fn the_familys_copy_has_what_they_read_and_the_schools_has_the_record() {
    let world = World::new(&[]).await;
    let own = world.child(Target::Own);
    let (guardian, teacher) = (world.sign_in("guardian").await, world.sign_in("class_teacher").await);
    let owner = world.server.database.owner().await;
    let team = "select room_id::text from rooms where student_id = $1 and kind = 'team'";
    let team: String = owner.query_one(team, &[&world.student.0]).await.expect("a room").get(0);
    let family = own.room.to_string();
    let (mut socket, _) = ChatSocket::enter(&world.server, &teacher.token, &json!({})).await;
    let mut seqs = Vec::new();
    for (room, text) in [
        (&family, "Primeiro <b>rascunho</b>"),
        (&family, "palavra-apagada"),
        (&family, "fica assim"),
        (&team, "só-da-equipe"),
    ] {
        seqs.push(socket.publish(room, &Uuid::now_v7().to_string(), text).await["seq"].clone());
    }
    for mut act in [
        json!({ "t": "edit", "target": seqs[0], "text": "Segunda versão" }),
        json!({ "t": "delete", "target": seqs[1] }),
        json!({ "t": "react", "target": seqs[2], "reaction": "love" }),
        json!({ "t": "react", "target": seqs[2], "reaction": "thanks" }),
    ] {
        act["room"] = family.clone().into();
        act["client"] = Uuid::now_v7().to_string().into();
        assert_eq!(socket.write(act).await["t"], "ack");
    }

    let (page, data) = take(&world, &guardian).await;
    let rooms = data["conversations"].as_array().expect("a list");
    assert_eq!((rooms.len(), &rooms[0]["kind"]), (1, &json!("family")), "no word of the team's");
    for text in [&page, &data.to_string()] {
        assert!(!text.contains("só-da-equipe") && !text.contains("palavra-apagada") && !text.contains("rascunho"));
        assert!(
            text.contains("Segunda versão")
                && text.contains("fica assim")
                && text.contains(&own.canary("conversa-antiga"))
        );
    }
    let changed = message(&rooms[0], &seqs[0]);
    assert_eq!((&changed["text"], &changed["versions"]), (&json!("Segunda versão"), &json!([])));
    assert!(changed["changed_at"].is_string() && changed["taken_back_at"].is_null());
    let back = message(&rooms[0], &seqs[1]);
    assert!(back["text"].is_null() && back["taken_back_at"].is_string(), "{back}");
    let reactions = &message(&rooms[0], &seqs[2])["reactions"];
    assert_eq!((reactions.as_array().expect("a list").len(), &reactions[0]["reaction"]), (1, &json!("thanks")));
    assert!(rooms[0]["members"].as_array().expect("a list").iter().any(|one| one["came"] == true));
    assert!(page.contains("Mensagem apagada por quem a escreveu"));

    // Neither of the two is in the family's room, or only since later.
    let later =
        "update room_members set joined_seq = (select last_seq from rooms r where r.room_id = room_members.room_id)
                 where user_id = $1";
    owner.execute(later, &[&user(&world, "coordinator").await]).await.expect("later");
    for relation in ["principal", "coordinator"] {
        let (page, data) = take(&world, &world.sign_in(relation).await).await;
        assert_eq!(
            data["conversations"].as_array().expect("a list").len(),
            3,
            "{relation}: both rooms and a guardian's desk"
        );
        assert!(room(&data, "team").to_string().contains("só-da-equipe"), "{relation}");
        let changed = message(room(&data, "family"), &seqs[0]);
        let versions: Vec<_> = changed["versions"].as_array().expect("a list").iter().map(|one| &one["text"]).collect();
        assert_eq!(versions, ["Primeiro <b>rascunho</b>", "Segunda versão"], "{relation}");
        let back = message(room(&data, "family"), &seqs[1]);
        assert_eq!((&back["text"], &back["versions"][0]["text"]), (&Value::Null, &json!("palavra-apagada")));
        assert!(
            page.contains("palavra-apagada") && page.contains("Primeiro &lt;b&gt;rascunho&lt;/b&gt;"),
            "{relation}"
        );
    }
    // Beside taking a copy the record is nobody's.
    let app = world.server.database.connect(roles::APP).await;
    for relation in ["principal", "coordinator", "guardian"] {
        let who = user(&world, relation).await.to_string();
        app.execute("select set_config('app.user_id', $1, false)", &[&who]).await.expect("an identity");
        let rows = app.query("select 1 from school_record($1)", &[&world.student.0]).await.expect("rows");
        assert!(rows.is_empty(), "{relation}");
    }
}

#[tokio::test]
async fn logs_go_whole_two_years_after_the_child_left_and_not_while_the_record_is_held() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let url = world.server.database.url(roles::OWNER);
    let run = |arguments: &[&str]| {
        let output = kazumi(&[&["retention"], arguments].concat(), &[("KAZUMI_DATABASE_OWNER_URL", &url)], "");
        assert!(output.status.success(), "{}", said(&output));
        counts(&said(&output))["conversations"]
    };
    let edge = rule(Class::Conversations).period.kept_since(OffsetDateTime::now_utc().date());
    let leave = async |target: Target, on: time::Date, held: bool| {
        let statement = "update students set left_on = $2::text::date, held_at = case when $3 then now() end,
                         held_reason = case when $3 then 'processo 9' end where student_id = $1";
        let day = on.to_string();
        owner.execute(statement, &[&world.child(target).student.0, &day, &held]).await.expect("left");
    };
    let logs = async || {
        let statement = "select room_id, count(*), min(seq), max(seq) from room_events group by 1 order by 1";
        let rows = owner.query(statement, &[]).await.expect("rows");
        rows.iter().map(|row| (row.get::<_, Uuid>(0), row.get::<_, i64>(1))).collect::<Vec<_>>()
    };
    leave(Target::Own, edge - Duration::days(1), false).await;
    leave(Target::Classmate, edge, false).await;
    leave(Target::OtherSchool, edge - Duration::days(400), true).await;
    let before = logs().await;
    assert_eq!(run(&[]), 3, "both rooms of one child, and a guardian's desk");
    assert_eq!(logs().await, before, "a dry run changes nothing");
    assert_eq!(run(&["--apply"]), 3);
    let own = world.child(Target::Own);
    let gone = "select room_id, epoch, last_seq from rooms where student_id = $1";
    let gone = owner.query(gone, &[&own.student.0]).await.expect("the rooms stay");
    let rooms: Vec<Uuid> = gone.iter().map(|row| row.get(0)).collect();
    assert!(rooms.len() == 3 && gone.iter().all(|row| row.get::<_, i32>(1) == 2 && row.get::<_, i64>(2) > 0));
    let expected: Vec<_> = before.into_iter().filter(|(room, _)| !rooms.contains(room)).collect();
    assert_eq!(logs().await, expected, "whole logs, and no other");
    let found = "select count(*) from message_search where room_id = any($1)";
    assert_eq!(owner.query_one(found, &[&rooms]).await.expect("a count").get::<_, i64>(0), 0);
    let recorded = "select string_agg(resource, ', ') from audit_log where action = 'retention.forget' and resource like '%/conversations/%'";
    let recorded: String = owner.query_one(recorded, &[]).await.expect("a record").get(0);
    assert_eq!(recorded, format!("retention/conversations/{edge}/3"));
    assert_eq!(run(&["--apply"]), 0);

    // Whoever is still in the room finds it empty and goes on in it: the log has no hole from where it begins now.
    let guardian = world.sign_in("guardian").await;
    let room = own.room.to_string();
    let (mut socket, heard) = ChatSocket::enter(&world.server, &guardian.token, &json!({ (&room): [1, 3] })).await;
    let attached = heard.of_room("attached", &room).expect("attached");
    assert_eq!(attached["epoch"], 2, "{attached}");
    let history = json!({ "t": "history", "request": 1, "room": room, "before": 9_999, "most": 50 });
    socket.say(&history).await;
    let page = socket.answer_to(1).await;
    assert_eq!((&page["events"], &page["end"]), (&json!([]), &json!(true)), "{page}");
    let answer = socket.publish(&room, &Uuid::now_v7().to_string(), "Saudades!").await;
    assert_eq!((&answer["t"], &answer["seq"]), (&json!("ack"), &json!(gone_seq(&gone, own.room) + 1)), "{answer}");
    // What was reported is kept longer.
    let reports = "select count(*) from message_reports where student_id = $1";
    assert_eq!(owner.query_one(reports, &[&own.student.0]).await.expect("a count").get::<_, i64>(0), 2);
}

fn gone_seq(rooms: &[tokio_postgres::Row], room: Uuid) -> i64 {
    rooms.iter().find(|row| row.get::<_, Uuid>(0) == room).expect("the room").get(2)
}
