//! The history of a document is erased while people sit in it: what was deleted is nowhere any more, what is left goes on, and no copy
//! that survived on a device brings anything back.

use super::raw::{Heard, RawClient, Scribe};
use super::{bare, document_of};
use crate::support::{TestServer, report};
use kazumi::store::roles;

const SECTION: &str = "ec_potencialidades";
const KEPT: &str = "fica-a-frase";
const ERASED: &str = "Canario-apagado-91c4";

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

async fn told_to_begin_anew(client: &mut RawClient) {
    let told = |heard: &Heard| matches!(heard, Heard::Ended(reason) if reason == "4409 wrong_lineage").then_some(());
    client.hear_until(told).await;
}

#[tokio::test]
async fn an_erased_history_is_nowhere_and_no_old_copy_brings_it_back() {
    let server = TestServer::spawn().await;
    let second = server.sibling().await;
    let (writer, reader) = (server.login("luciana.prado").await, second.login("rafael.meira").await);
    let document = document_of(&writer, "Lara", SECTION).await;
    let owner = server.database.owner().await;
    let find = "select document_id::text from pei_documents d join peis using (pei_id) join students s on s.student_id = d.student_id \
                where s.name like 'Lara%' and section = $1";
    let id: String = owner.query_one(find, &[&SECTION]).await.expect("a document").get(0);

    let mut client = RawClient::join(&server, &document, &writer.access_token).await;
    let mut there = RawClient::join(&second, &document, &reader.access_token).await;
    let mut scribe = Scribe::new();
    for text in [KEPT, ERASED] {
        client.update(&scribe.write(text)).await.expect("the socket is open");
        assert!(client.saved().await);
    }
    client.update(&scribe.delete(ERASED.len())).await.expect("the socket is open");
    assert!(client.saved().await);
    let old_copy = scribe.whole();
    assert!(holds(&old_copy, ERASED), "the device still holds it");

    let owner_url = server.database.url(roles::OWNER);
    let command = |arguments: &[&str]| server.command_with(arguments, &[("KAZUMI_DATABASE_OWNER_URL", &owner_url)]);
    // A record that is held keeps its history too.
    let student = "select student_id::text from pei_documents where document_id = $1::text::uuid";
    let student: String = owner.query_one(student, &[&id]).await.expect("a document").get(0);
    command(&["student", "hold", &student, "--reason", "processo 7"]).expect("held");
    let refused = command(&["doc", "erase-history", &id]).expect_err("the record is held");
    assert!(refused.contains("nothing is erased until it is released"), "{refused}");
    command(&["student", "release", &student]).expect("released");
    let said = command(&["doc", "erase-history", &id]).expect("it succeeds");
    report!("{said}");
    told_to_begin_anew(&mut client).await;
    told_to_begin_anew(&mut there).await;

    for table in ["pei_updates", "pei_updates_archive"] {
        let count = format!("select count(*) from {table} where document_id::text = $1");
        let count: i64 = owner.query_one(&count, &[&id]).await.expect("a count").get(0);
        assert_eq!(count, 0, "{table}");
    }
    let states = "select state from pei_snapshots where document_id::text = $1";
    let states = owner.query(states, &[&id]).await.expect("states");
    assert_eq!(states.len(), 1);
    let state: Vec<u8> = states[0].get(0);
    assert!(holds(&state, KEPT) && !holds(&state, ERASED));

    // The name with the old lineage is refused; the new one, and a client that knows of no lineages, get what is left.
    let refused = RawClient::try_join(&server.ws_url("/ws/collab"), &document, &writer.access_token).await;
    assert!(refused.is_err_and(|reason| reason.contains("wrong_lineage")));
    let renewed = document_of(&writer, "Lara", SECTION).await;
    assert_ne!(renewed, document);
    for (server, person) in [(&server, &writer), (&second, &reader)] {
        let mut fresh = RawClient::join(server, &renewed, &person.access_token).await;
        let whole = fresh.whole_document().await;
        assert!(holds(&whole, KEPT) && !holds(&whole, ERASED));
    }
    // Somebody's old copy is pushed by a client without lineages, whole and bit by bit.
    for payload in [old_copy, scribe.clone().write("volta")] {
        let mut stale = RawClient::join(&server, &bare(&document), &writer.access_token).await;
        stale.update(&payload).await.expect("the socket is open");
        // What builds on something that is gone waits for it in vain, and then the socket ends.
        loop {
            match stale.hear().await {
                Heard::Saved(taken) => break assert!(!taken, "an edit of the old history is refused"),
                Heard::Closed(_) => break,
                _ => {}
            }
        }
    }
    let mut fresh = RawClient::join(&server, &renewed, &writer.access_token).await;
    fresh.update(&Scribe::new().write("segue")).await.expect("the socket is open");
    assert!(fresh.saved().await, "the document goes on");
    let whole = fresh.whole_document().await;
    assert!(holds(&whole, "segue") && !holds(&whole, ERASED) && !holds(&whole, "volta"));
}
