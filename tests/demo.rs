//! The demo network: loading it twice changes nothing, and its grants are what its links say.

use kazumi::auth::password::Passwords;
use kazumi::crdt::{RootKind, SectionDocument, scan_update};
use kazumi::dev::demo;
use kazumi::domain::pei::{Section, SectionKind};
use kazumi::store::grants;

use crate::support::TestDatabase;

async fn count(client: &tokio_postgres::Client, table: &str) -> i64 {
    client.query_one(&format!("select count(*) from {table}"), &[]).await.expect("a count").get(0)
}

#[tokio::test]
async fn a_second_load_adds_nothing_and_changes_nothing() {
    let database = TestDatabase::demo().await;
    let mut owner = database.owner().await;
    let changed = "update pei_snapshots set state = '\\x0000', sha256 = sha256('\\x0000'::bytea)";
    owner.batch_execute(changed).await.expect("somebody wrote");
    let before = count(&owner, "grants").await;
    let hash = Passwords::new().hash(demo::PASSWORD.to_owned()).await.expect("a hash");
    let loaded = demo::load(&mut owner, &hash).await.expect("it loads");
    assert_eq!(loaded, demo::Loaded::default());
    assert_eq!(count(&owner, "grants").await, before);
    assert_eq!(count(&owner, "pei_snapshots where state <> '\\x0000'").await, 0, "what people wrote stays");
    assert_eq!((count(&owner, "users").await, count(&owner, "students").await), (29, 12));
    assert_eq!(count(&owner, "peis").await, 12);
}

#[tokio::test]
async fn grants_are_what_the_links_say_and_damage_is_found() {
    let database = TestDatabase::demo().await;
    let mut owner = database.owner().await;
    let transaction = owner.transaction().await.expect("begins");
    assert_eq!(grants::differences(&transaction).await.expect("compared"), []);
    let lara = demo::student_id("lara.coutinho");
    let removed = "delete from grants where student_id = $1 and section = 'metas' and access = 'write'";
    assert!(transaction.execute(removed, &[&lara.0]).await.expect("deleted") > 0);
    let found = grants::differences(&transaction).await.expect("compared");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].student, found[0].surplus.len()), (lara, 0));
    grants::rebuild_for_student(&transaction, lara).await.expect("rebuilt");
    assert_eq!(grants::differences(&transaction).await.expect("compared"), []);
}

#[tokio::test]
async fn the_people_of_the_demo_have_exactly_the_reach_they_should() {
    let database = TestDatabase::demo().await;
    let owner = database.owner().await;
    let reach = "select access from grants where user_id = $1 and student_id = $2 and section = $3
                 and valid_from <= now() and (valid_to is null or now() < valid_to)
                 order by access desc limit 1";
    for (person, student, section, expected) in [
        ("luciana.prado", "lara.coutinho", "metas", Some("write")),
        ("rafael.meira", "lara.coutinho", "ec_potencialidades", Some("write")),
        ("rafael.meira", "lara.coutinho", "metas", Some("read")),
        ("marina.couto", "lara.coutinho", "ec_demandas", Some("write")),
        ("otavio.lins", "lara.coutinho", "ec_demandas", Some("read")),
        ("patricia.coutinho", "lara.coutinho", "ec_familia", Some("write")),
        ("patricia.coutinho", "lara.coutinho", "ec_demandas", None),
        ("jorge.barreto", "teo.barreto", "ec_familia", Some("read")),
        // Their link has ended.
        ("beatriz.quintela", "lara.coutinho", "ec_potencialidades", None),
        // A court forbids it.
        ("marcio.sales", "pietra.sales", "ec_potencialidades", None),
        // Another school's, another class's, nobody's.
        ("davi.sampaio", "lara.coutinho", "metas", None),
        ("henrique.bastos", "lara.coutinho", "metas", None),
        ("teresa.valadares", "lara.coutinho", "metas", None),
        ("ops", "lara.coutinho", "metas", None),
    ] {
        let (user, child) = (demo::user_id(person), demo::student_id(student));
        let row = owner.query_opt(reach, &[&user.0, &child.0, &section]).await.expect("an answer");
        assert_eq!(row.as_ref().map(|row| row.get::<_, &str>(0)), expected, "{person} on {student}'s {section}");
    }
}

#[tokio::test]
async fn every_document_of_the_demo_opens_and_holds_its_text() {
    let database = TestDatabase::demo().await;
    let owner = database.owner().await;
    let states =
        "select d.document_id, d.section, s.state from pei_documents d join pei_snapshots s using (document_id)
                  where s.covers_seq = 0 and s.sha256 = sha256(s.state)";
    let rows = owner.query(states, &[]).await.expect("an answer");
    assert_eq!(rows.len(), 12 * Section::ALL.len());
    for row in rows {
        let section: Section = row.get::<_, &str>("section").parse().expect("a section");
        let state: Vec<u8> = row.get("state");
        assert!(scan_update(&state, state.len(), section.kind().roots()).is_ok(), "{section:?}");
    }
    let voice = content(&owner, "teo.barreto", 2, Section::StudentVoice).await;
    let said = "Gosto: pátio vazio, tablet, T-rex. Não gosto: sino. Quero: ler o livro grande.";
    assert_eq!(voice["content"][0]["content"][0]["text"], said);
    let goals = content(&owner, "teo.barreto", 2, Section::Goals).await;
    assert_eq!(goals.as_array().map(Vec::len), Some(5));
    assert_eq!(goals[0]["description"], "Pedir ajuda ou pausa usando cartão ou prancha, sem apoio físico.");
    let first = demo::user_id("luciana.prado").to_string();
    assert_eq!((&goals[0]["responsible"][0], &goals[0]["order"]), (&first.into(), &"a0".into()));
    assert_eq!(content(&owner, "aurora.linhares", 1, Section::Goals).await.as_array().map(Vec::len), Some(0));
}

async fn content(owner: &tokio_postgres::Client, student: &str, version: i32, section: Section) -> serde_json::Value {
    let id = demo::document_id(student, version, section);
    let row = owner.query_one("select state from pei_snapshots where document_id = $1", &[&id.0]).await;
    let mut document = SectionDocument::new();
    document.apply(row.expect("a snapshot").get("state")).expect("it applies");
    let kind = match section.kind() {
        SectionKind::RichText => RootKind::RichText,
        SectionKind::Goals => RootKind::Records,
    };
    document.to_json(section.kind().roots()[0], kind).expect("it reads")
}

#[tokio::test]
async fn the_demos_conversations_are_said_once_and_leave_logs_without_a_gap() {
    let database = TestDatabase::demo().await;
    let mut owner = database.owner().await;
    demo::talk(&mut owner).await.expect("said");
    demo::talk(&mut owner).await.expect("and not again");
    let said = "select r.kind, count(*) from room_events e join rooms r using (room_id)
                where e.body is not null group by r.kind order by r.kind";
    let rows = owner.query(said, &[]).await.expect("a count");
    let said: Vec<(&str, i64)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(said, [("class", 2), ("desk_coordination", 3)]);
    let gaps = "select count(*) from rooms r
                where r.last_seq <> (select count(*) from room_events e where e.room_id = r.room_id)
                   or r.message_count <> (select count(*) from room_events e where e.room_id = r.room_id and e.body is not null)";
    assert_eq!(owner.query_one(gaps, &[]).await.expect("a count").get::<_, i64>(0), 0);
}
