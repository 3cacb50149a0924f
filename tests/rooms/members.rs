//! Who is in which room follows from the ties to the student, in the transaction that changes them and when a date passes.

use std::collections::BTreeSet;

use kazumi::domain::conversation::{EventKind, RoomKind};
use kazumi::domain::permission::Access;
use kazumi::store::rooms::log::{Fate, append, sync_passed};
use kazumi::store::rooms::{Part, events};
use kazumi::store::{grants, roles};

use super::{Demo, message, stored};
use crate::support::eventually;

/// The names of who is in a room.
pub(super) async fn members(demo: &Demo, room: kazumi::domain::ids::RoomId) -> BTreeSet<String> {
    let statement =
        "select u.name from room_members m join users u using (user_id) where m.room_id = $1 and m.left_seq is null";
    let rows = demo.owner.query(statement, &[&room.0]).await.expect("members");
    rows.iter().map(|row| row.get(0)).collect()
}

/// Changes a tie as the owner, with what follows from it.
pub(super) async fn change(demo: &mut Demo, student: &str, statement: &str) {
    let student = demo.student(student).await;
    let transaction = demo.owner.transaction().await.expect("a transaction");
    assert_eq!(transaction.execute(statement, &[]).await.expect(statement), 1, "{statement}");
    grants::rebuild_for_student(&transaction, student).await.expect("grants");
    transaction.commit().await.expect("committed");
}

pub(super) fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn each_student_has_a_room_for_the_family_and_one_for_the_team_with_those_whom_the_rules_name() {
    let demo = Demo::new().await;
    let (family, team) = (demo.room("Téo", RoomKind::Family).await, demo.room("Téo", RoomKind::Team).await);
    let in_family = members(&demo, family).await;
    assert!(
        in_family.is_superset(&set(&["Denise Barreto", "Luciana Prado", "Camila Nóbrega", "Marina Couto"])),
        "{in_family:?}"
    );
    assert!(in_family.is_disjoint(&set(&["Beatriz Quintela", "Wesley Duarte", "Otávio Lins"])), "{in_family:?}");
    let in_team = members(&demo, team).await;
    assert!(in_team.is_superset(&set(&["Luciana Prado", "Wesley Duarte", "Otávio Lins"])), "{in_team:?}");
    assert!(in_team.is_disjoint(&set(&["Denise Barreto", "Teresa Valadares"])), "{in_team:?}");
    // The direction reads along in the team's room; nobody is in the room of a child whom a court keeps them away from.
    let direction = demo.seen("otavio.lins", team).await.expect("a room");
    assert_eq!((direction.access, demo.seen("otavio.lins", family).await.is_none()), (Access::Read, true));
    let pietra = demo.room("Pietra", RoomKind::Family).await;
    let in_pietra = members(&demo, pietra).await;
    assert!(in_pietra.contains("Vera Sales") && !in_pietra.contains("Márcio Sales"), "{in_pietra:?}");
    assert!(demo.seen("marcio.sales", pietra).await.is_none());
}

#[tokio::test]
async fn a_tie_that_ends_ends_the_membership_at_once_and_one_that_begins_begins_it_without_a_past() {
    let mut demo = Demo::new().await;
    let room = demo.room("Téo", RoomKind::Team).await;
    let first = stored(demo.send(room, "luciana.prado", "Antes.").await);
    let wesley = demo.person("wesley.duarte").await;
    change(
        &mut demo,
        "Téo",
        &format!(
            "update team_links set valid_to = now() where user_id = '{wesley}' \
        and student_id = (select student_id from students where name like 'Téo %')"
        ),
    )
    .await;
    assert_eq!(demo.send(room, "wesley.duarte", "Ainda estou?").await, Fate::Refused);
    assert!(demo.seen("wesley.duarte", room).await.is_none());
    assert_eq!(events(&demo.store, wesley, room, Part::After(0), 100).await.expect("a part"), []);
    let between = stored(demo.send(room, "luciana.prado", "Sem o Wesley.").await);
    assert_eq!(between.seq, first.seq + 2, "that he left is an event of its own");

    change(
        &mut demo,
        "Téo",
        &format!(
            "update team_links set valid_to = null where user_id = '{wesley}' \
        and student_id = (select student_id from students where name like 'Téo %')"
        ),
    )
    .await;
    let seen = demo.seen("wesley.duarte", room).await.expect("he is in again");
    assert_eq!((seen.joined_seq, seen.unread(), seen.last_message.is_none()), (between.seq + 1, 0, true));
    stored(demo.send(room, "luciana.prado", "Bem-vindo de volta.").await);
    let part = events(&demo.store, wesley, room, Part::After(0), 100).await.expect("a part");
    let kinds: Vec<_> = part.iter().map(|event| (event.kind, event.body.as_deref())).collect();
    assert_eq!(kinds, [(EventKind::MemberAdded, None), (EventKind::Text, Some("Bem-vindo de volta."))]);
    assert_eq!(demo.seen("wesley.duarte", room).await.expect("a room").unread(), 1);
}

#[tokio::test]
async fn a_date_that_passes_ends_a_membership_and_writing_ends_with_the_date_whether_or_not_anybody_looked() {
    let mut demo = Demo::new().await;
    let room = demo.room("Téo", RoomKind::Family).await;
    let denise = demo.person("denise.barreto").await;
    // As if the date had been set long ago and had passed just now.
    change(
        &mut demo,
        "Téo",
        &format!("update guardianships set valid_to = now() + interval '1 hour' where user_id = '{denise}'"),
    )
    .await;
    let before = demo.seen("denise.barreto", room).await.expect("she is in");
    let passed = "update grants set valid_to = now() - interval '1 second' where user_id = $1";
    demo.owner.execute(passed, &[&denise.0]).await.expect("passed");
    assert_eq!(demo.send(room, "denise.barreto", "Ainda posso?").await, Fate::Refused);
    assert!(demo.seen("denise.barreto", room).await.is_none(), "the policy asks the grants");
    let hour_ago = time::OffsetDateTime::now_utc() - time::Duration::hours(1);
    assert_eq!(sync_passed(&demo.store, Some(hour_ago)).await.expect("synced").students, 1);
    assert!(!members(&demo, room).await.contains("Denise Barreto"));
    let last: i64 =
        demo.owner.query_one("select last_seq from rooms where room_id = $1", &[&room.0]).await.expect("a room").get(0);
    assert_eq!(last, before.last_seq + 1);
    // Nothing is left to do, also when everything is compared.
    assert_eq!(sync_passed(&demo.store, None).await.expect("synced").students, 0);
    assert_eq!(
        sync_passed(&demo.store, Some(hour_ago)).await.expect("synced").students,
        1,
        "looked at again, and left as it is"
    );
    let again: i64 =
        demo.owner.query_one("select last_seq from rooms where room_id = $1", &[&room.0]).await.expect("a room").get(0);
    assert_eq!(again, last);
}

#[tokio::test]
async fn serving_roles_see_rooms_and_words_of_nobody_else_and_write_in_no_other_name() {
    let demo = Demo::new().await;
    let (family, team) = (demo.room("Téo", RoomKind::Family).await, demo.room("Téo", RoomKind::Team).await);
    stored(demo.send(team, "luciana.prado", "Só para a equipe.").await);
    let app = demo.database.connect(roles::APP).await;
    for (account, rooms, words) in [("denise.barreto", 1_i64, 0_i64), ("marcio.sales", 0, 0), ("luciana.prado", 2, 1)] {
        let who = demo.person(account).await.to_string();
        app.execute("select set_config('app.user_id', $1, false)", &[&who]).await.expect("an identity");
        let both = [family.0, team.0];
        let seen: i64 = app
            .query_one("select count(*) from rooms where room_id = any ($1)", &[&&both[..]])
            .await
            .expect("a count")
            .get(0);
        let said: i64 =
            app.query_one("select count(*) from room_events where kind = 'text'", &[]).await.expect("a count").get(0);
        assert_eq!((seen, said), (rooms, words), "{account}");
        for change in
            ["update rooms set last_seq = 9", "delete from room_events", "update room_members set left_seq = null"]
        {
            assert!(app.execute(change, &[]).await.is_err(), "{change}");
        }
    }
    // The writer's own policy, without the statement that asks first.
    let writer = demo.database.connect(roles::WRITER).await;
    let insert = "insert into room_events (room_id, seq, message_no, kind, user_id, client_id, body)
                  values ($1, 1000000, 1000000, 'text', $2, gen_random_uuid(), 'forjado')";
    for account in ["denise.barreto", "otavio.lins", "marcio.sales"] {
        let refused = writer.execute(insert, &[&team.0, &demo.person(account).await.0]).await;
        assert_eq!(refused.expect_err(account).code().map(|code| code.code().to_owned()), Some("42501".to_owned()));
    }
}

#[tokio::test]
async fn whoever_is_taken_out_while_their_message_waits_for_the_room_is_out_for_it() {
    let mut demo = Demo::new().await;
    let room = demo.room("Téo", RoomKind::Family).await;
    let denise = demo.person("denise.barreto").await;
    let watcher = demo.database.superuser().await;
    for round in 0..5 {
        let transaction = demo.owner.transaction().await.expect("begun");
        let end =
            "update grants set valid_to = now() where user_id = $1 and section = 'room_family' and valid_to is null";
        transaction.execute(end, &[&denise.0]).await.expect("ended");
        let sync = "select sync_rooms(array(select student_id from rooms where room_id = $1))";
        transaction.execute(sync, &[&room.0]).await.expect("followed");
        let (store, late) = (demo.store.clone(), message(room, denise, &format!("ainda {round}")));
        let waiting = tokio::spawn(async move { append(&store, vec![late]).await.expect("an answer")[0] });
        let waits =
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        eventually("it waits for the room", async || {
            (watcher.query_one(waits, &[]).await.expect("a count").get::<_, i64>(0) > 0).then_some(())
        })
        .await;
        transaction.commit().await.expect("taken out");
        assert_eq!(waiting.await.expect("an answer"), Fate::Refused);
        let back = "update grants set valid_to = null where user_id = $1 and section = 'room_family'";
        demo.owner.execute(back, &[&denise.0]).await.expect("back");
        demo.owner.execute(sync, &[&room.0]).await.expect("followed");
        stored(demo.send(room, "denise.barreto", "De volta.").await);
    }
}
