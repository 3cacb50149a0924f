//! Reported messages: what is frozen, who sees it, who decides, and that nobody in the room learns of it.

use serde_json::{Value, json};
use uuid::Uuid;

use super::World;
use super::admin::{post, read, user};
use super::fixture::Person;
use super::places::Target;
use crate::rooms::socket::ChatSocket;

struct Talk {
    world: World,
    guardian: Person,
    teacher: Person,
    principal: Person,
    room: String,
    said: Vec<i64>,
}

impl Talk {
    /// Thirteen messages of a teacher, the seventh of which was changed.
    async fn new() -> Self {
        let world = World::new(&[]).await;
        let room = world.child(Target::Own).room.to_string();
        let (guardian, teacher) = (world.sign_in("guardian").await, world.sign_in("class_teacher").await);
        let principal = world.sign_in("principal").await;
        let (mut socket, _) = ChatSocket::enter(&world.server, &teacher.token, &json!({})).await;
        let mut said = Vec::new();
        for number in 0..13 {
            let answer = socket.publish(&room, &Uuid::now_v7().to_string(), &format!("recado {number}")).await;
            said.push(answer["seq"].as_i64().expect("a number"));
        }
        let talk = Self { world, guardian, teacher, principal, room, said };
        talk.act("edit", 6, Some("recado mais calmo")).await;
        talk
    }

    async fn act(&self, act: &str, number: usize, text: Option<&str>) {
        let (mut socket, _) = ChatSocket::enter(&self.world.server, &self.teacher.token, &json!({})).await;
        let client = Uuid::now_v7().to_string();
        let mut frame = json!({ "t": act, "room": self.room, "client": client, "target": self.said[number] });
        if let Some(text) = text {
            frame["text"] = text.into();
        }
        assert_eq!(socket.write(frame).await["t"], "ack");
    }

    async fn report(&self, by: &Person, number: usize) -> (u16, Value) {
        let path = format!("/api/v1/rooms/{}/messages/{}/report", self.room, self.said[number]);
        post(&self.world, by, &path, &json!({ "reason": "threat", "note": " Isto me assusta. " })).await
    }

    /// A report of the message that was changed, by the guardian.
    async fn reported(&self) -> String {
        let (status, made) = self.report(&self.guardian, 6).await;
        assert_eq!(
            (status, &made["state"], &made["note"]),
            (200, &json!("open"), &json!("Isto me assusta.")),
            "{made}"
        );
        made["report_id"].as_str().expect("an id").to_owned()
    }

    async fn decide(&self, by: &Person, id: &str) -> (u16, Value) {
        let words = json!({ "decision": "talked", "note": "Conversei com os dois." });
        post(&self.world, by, &format!("/api/v1/reports/{id}/decision"), &words).await
    }
}

#[tokio::test]
async fn what_was_said_is_frozen_and_stays_when_it_is_taken_back() {
    let talk = Talk::new().await;
    let id = talk.reported().await;
    let again = talk.report(&talk.guardian, 6).await;
    assert_eq!((again.0, again.1["report_id"].as_str()), (200, Some(id.as_str())), "the same report");
    let path = format!("/api/v1/reports/{id}");
    let (status, before) = read(&talk.world, &talk.principal, &path).await;
    assert_eq!(status, 200, "{before}");
    for number in 4..9 {
        talk.act("delete", number, None).await;
    }
    let (_, file) = read(&talk.world, &talk.principal, &path).await;
    assert_eq!(file, before, "nothing that happens later changes it");
    let evidence = file["evidence"].as_array().expect("a list");
    let texts: Vec<_> = evidence.iter().map(|one| one["text"].as_str().expect("text")).collect();
    assert_eq!(texts, (1..12).map(|number| format!("recado {number}")).collect::<Vec<_>>());
    let one = evidence.iter().find(|one| one["reported"] == true).expect("the message");
    assert_eq!((&one["seq"], &one["text"]), (&json!(talk.said[6]), &json!("recado 6")), "the first words");
    assert_eq!(one["revisions"][0]["text"], "recado mais calmo");
    assert_eq!((&one["user_id"], &one["taken_back_at"]), (&talk.teacher.me["user_id"], &Value::Null));
    assert_eq!((&file["reason"], &file["reporter_name"]), (&json!("threat"), &json!("guardian")));
    assert_eq!(evidence.iter().filter(|one| one["reported"] == true).count(), 1);

    // Reported once it is gone, its words are there as well, and say so.
    let (_, late) = talk.report(&talk.guardian, 5).await;
    let late = late["report_id"].as_str().expect("an id");
    let (_, file) = read(&talk.world, &talk.principal, &format!("/api/v1/reports/{late}")).await;
    let one = file["evidence"].as_array().expect("a list").iter().find(|one| one["reported"] == true).cloned();
    let one = one.expect("the message");
    assert_eq!(one["text"], "recado 5");
    assert!(one["taken_back_at"].is_string(), "{one}");
    let owner = talk.world.server.database.owner().await;
    let audited = "select string_agg(action || ' ' || outcome, ', ' order by audit_id) from audit_log
                   where (resource = 'report/' || $1 or action = 'report.create') and student_id = $2";
    let audited: String = owner.query_one(audited, &[&id, &talk.world.student.0]).await.expect("a row").get(0);
    assert_eq!(
        audited,
        "report.create allowed, report.create allowed, report.read allowed, report.read allowed, report.create allowed"
    );
    assert_eq!(talk.world.server.metric("kazumi_chat_reports_total{reason=\"threat\"}").await as u64, 3);
}

#[tokio::test]
async fn direction_and_coordination_decide_and_who_reported_sees_what_became_of_it() {
    let talk = Talk::new().await;
    let id = talk.reported().await;
    let queue =
        async |state: &str| read(&talk.world, &talk.principal, &format!("/api/v1/reports?state={state}")).await.1;
    let listed = |queue: &Value| queue["reports"].as_array().expect("a list").iter().any(|one| one["report_id"] == id);
    assert!(listed(&queue("open").await) && !listed(&queue("decided").await));
    let own = async || {
        let (_, own) = read(&talk.world, &talk.guardian, "/api/v1/me/reports").await;
        own["reports"].as_array().expect("a list").clone()
    };
    let [one] = &own().await[..] else { panic!("one report") };
    assert_eq!((&one["state"], &one["decision"]), (&json!("open"), &Value::Null));
    // Who reported reads the state and no more.
    for (relation, person) in [("guardian", &talk.guardian), ("class_teacher", &talk.teacher)] {
        assert_eq!(read(&talk.world, person, &format!("/api/v1/reports/{id}")).await.0, 404, "{relation}");
        assert_eq!(talk.decide(person, &id).await.0, 404, "{relation}");
        assert_eq!(read(&talk.world, person, "/api/v1/reports").await.1["reports"], json!([]), "{relation}");
    }
    let (status, decided) = talk.decide(&talk.principal, &id).await;
    assert_eq!(
        (status, &decided["decision"], &decided["decided_by_name"]),
        (200, &json!("talked"), &json!("principal"))
    );
    assert_eq!(talk.decide(&talk.world.sign_in("coordinator").await, &id).await.0, 409, "once");
    assert!(!listed(&queue("open").await) && listed(&queue("decided").await));
    let [one] = &own().await[..] else { panic!("one report") };
    assert_eq!((&one["state"], &one["decision"]), (&json!("decided"), &json!("talked")));
    assert!(!one.to_string().contains("Conversei"), "the note is for those who decide: {one}");
}

#[tokio::test]
async fn who_wrote_or_reported_it_does_not_decide_and_who_wrote_it_is_not_told_who_reported() {
    let talk = Talk::new().await;
    let coordinator = talk.world.sign_in("coordinator").await;
    // By the coordinator herself.
    let (_, mine) = talk.report(&coordinator, 2).await;
    let mine = mine["report_id"].as_str().expect("an id");
    assert_eq!(talk.decide(&coordinator, mine).await.0, 403);
    assert_eq!(talk.decide(&talk.principal, mine).await.0, 200);
    // About what the coordinator wrote.
    let (mut socket, _) = ChatSocket::enter(&talk.world.server, &coordinator.token, &json!({})).await;
    let said = socket.publish(&talk.room, &Uuid::now_v7().to_string(), "Assim não dá.").await["seq"].clone();
    let path = format!("/api/v1/rooms/{}/messages/{said}/report", talk.room);
    let (_, about) = post(&talk.world, &talk.guardian, &path, &json!({ "reason": "other", "note": "segredo" })).await;
    let about = about["report_id"].as_str().expect("an id");
    let (status, file) = read(&talk.world, &coordinator, &format!("/api/v1/reports/{about}")).await;
    assert_eq!((status, &file["may_decide"]), (200, &json!(false)));
    assert_eq!([&file["reporter_id"], &file["reporter_name"], &file["note"]], [&Value::Null; 3], "{file}");
    assert_eq!(talk.decide(&coordinator, about).await.0, 403);
    let (_, file) = read(&talk.world, &talk.principal, &format!("/api/v1/reports/{about}")).await;
    assert_eq!(
        (&file["may_decide"], &file["reporter_name"], &file["note"]),
        (&json!(true), &json!("guardian"), &json!("segredo"))
    );
    // Whatever the application says, the database does not let them either.
    let app = talk.world.server.database.connect(kazumi::store::roles::APP).await;
    let own = user(&talk.world, "coordinator").await;
    app.execute("select set_config('app.user_id', $1, false)", &[&own.to_string()]).await.expect("an identity");
    let decide =
        "update message_reports set decision = 'no_action', decision_note = 'x', decided_by = $2, decided_at = now()
                  where report_id = $1";
    let about: Uuid = about.parse().expect("an id");
    assert_eq!(app.execute(decide, &[&about, &own]).await.expect("no row"), 0);
}

#[tokio::test]
async fn nobody_in_the_room_learns_of_a_report() {
    let talk = Talk::new().await;
    let (mut socket, _) = ChatSocket::enter(&talk.world.server, &talk.teacher.token, &json!({})).await;
    let id = talk.reported().await;
    let end = socket.publish(&talk.room, &Uuid::now_v7().to_string(), "fim").await;
    let history = json!({ "t": "history", "request": 7, "room": talk.room, "before": 9_999, "most": 5 });
    socket.say(&history).await;
    let heard = socket.hear_until(|frame| frame["t"] == "page").await;
    let said = format!("{end}{:?}", heard.0);
    assert!(!said.contains("report") && !said.contains(&id) && !said.contains("assusta"), "{said}");
    // Nor by asking the database as one of them.
    let app = talk.world.server.database.connect(kazumi::store::roles::APP).await;
    for (relation, sees) in [("class_teacher", 0), ("aee_teacher", 0), ("guardian", 1), ("network_manager", 0)] {
        let who = user(&talk.world, relation).await.to_string();
        app.execute("select set_config('app.user_id', $1, false)", &[&who]).await.expect("an identity");
        let rows = app.query("select 1 from message_reports where room_id = $1::text::uuid", &[&talk.room]).await;
        assert_eq!(rows.expect("rows").len(), sees, "{relation}");
    }
}

#[tokio::test]
async fn only_what_one_sees_can_be_reported_and_only_with_a_reason() {
    let talk = Talk::new().await;
    let path = |room: &str, seq: i64| format!("/api/v1/rooms/{room}/messages/{seq}/report");
    let good = json!({ "reason": "offence" });
    let other = talk.world.child(Target::OtherSchool);
    for (room, seq) in [
        (talk.room.as_str(), 1),
        (talk.room.as_str(), 9_999),
        (talk.room.as_str(), -1),
        (other.room.to_string().as_str(), other.seq),
        (Uuid::now_v7().to_string().as_str(), 1),
    ] {
        assert_eq!(post(&talk.world, &talk.guardian, &path(room, seq), &good).await.0, 404, "{room} {seq}");
    }
    for bad in [json!({}), json!({ "reason": "dislike" }), json!({ "reason": "other", "note": "x".repeat(501) })] {
        assert_eq!(post(&talk.world, &talk.guardian, &path(&talk.room, talk.said[0]), &bad).await.0, 422, "{bad}");
    }
    // Nobody can say what was said: the database writes it.
    let app = talk.world.server.database.connect(kazumi::store::roles::APP).await;
    let who = user(&talk.world, "guardian").await;
    app.execute("select set_config('app.user_id', $1, false)", &[&who.to_string()]).await.expect("an identity");
    let forged = "insert into message_reports (report_id, room_id, seq, reporter_id, reason, evidence)
                  values (gen_random_uuid(), $1::text::uuid, $2, $3, 'other', '{}')";
    assert!(app.execute(forged, &[&talk.room, &talk.said[0], &who]).await.is_err());
    let for_another = "insert into message_reports (report_id, room_id, seq, reporter_id, reason)
                       values (gen_random_uuid(), $1::text::uuid, $2, $3, 'other')";
    let teacher = user(&talk.world, "class_teacher").await;
    assert!(app.execute(for_another, &[&talk.room, &talk.said[0], &teacher]).await.is_err());
    for number in 0..12 {
        assert_eq!(talk.report(&talk.guardian, number).await.0, 200);
    }
    let owner = talk.world.server.database.owner().await;
    let many = "insert into message_reports (report_id, room_id, seq, reporter_id, reason)
                select gen_random_uuid(), room_id, seq, $1, 'other' from room_events
                where room_id = $2::text::uuid and kind = 'text' and seq > $3 limit 8";
    // Of another day: they do not count.
    assert!(owner.execute(many, &[&who, &talk.room, &talk.said[11]]).await.expect("written") == 1);
    owner.execute("update message_reports set reported_at = now() - interval '2 days'", &[]).await.expect("older");
    assert_eq!(talk.report(&talk.guardian, 3).await.0, 200);
}
