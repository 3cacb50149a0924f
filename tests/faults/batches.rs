//! A bad row in a batch that many people's edits share costs only its sender. The documents are held under lock until everybody's
//! edits have piled up, so that they do share one.

use std::collections::HashMap;

use super::SECTION;
use crate::collaboration::document_of;
use crate::collaboration::raw::{Heard, RawClient, Scribe, tokens};
use crate::support::{Session, TestDatabase, TestServer, eventually, report};

const HONEST: usize = 10;
const EDITS: usize = 10;
/// Edits that the bad sender writes before the one that is refused.
const GOOD: usize = 4;
/// What the database is made to refuse.
const MARK: &str = "!mau!";

/// Makes the database of one test refuse marked edits.
async fn refuse_by(database: &TestDatabase, means: &str) {
    database.superuser().await.batch_execute(means).await.expect("the superuser may");
}

/// A trigger that raises this SQLSTATE for a marked edit.
fn trigger(state: &str) -> String {
    format!(
        "create function refuse_marked() returns trigger language plpgsql as $$ begin
             if position('{MARK}'::bytea in new.payload) > 0 then raise exception using errcode = '{state}'; end if;
             return new;
         end $$;
         create trigger refuse_marked before insert on pei_updates for each row execute function refuse_marked()"
    )
}

struct Author {
    client: RawClient,
    scribe: Scribe,
    name: usize,
    written: Vec<String>,
}

impl Author {
    async fn sit_down(server: &TestServer, document: &str, person: &Session, name: usize) -> Self {
        let client = RawClient::join(server, document, &person.access_token).await;
        Self { client, scribe: Scribe::new(), name, written: Vec::new() }
    }

    async fn write(&mut self, suffix: &str) {
        let token = format!("<{}.{}>", self.name, self.written.len());
        let update = self.scribe.write(&format!("{token}{suffix}"));
        self.client.update(&update).await.expect("the socket is open");
        self.written.push(token);
    }

    /// The fates of all edits so far, until the server says that it takes no more.
    async fn fates(&mut self) -> Vec<bool> {
        let mut fates = Vec::new();
        while fates.len() < self.written.len() {
            match self.client.hear().await {
                Heard::Saved(taken) => fates.push(taken),
                Heard::Ended(_) | Heard::Closed(_) => break,
                _ => {}
            }
        }
        fates
    }
}

/// Ten honest authors in two documents and a bad one among them send at once; the bad one is refused `by` these means.
async fn only_the_sender_pays(by: &str, name: &str) {
    let server = TestServer::spawn().await;
    refuse_by(&server.database, by).await;
    let people = [server.login("luciana.prado").await, server.login("rafael.meira").await];
    let documents =
        [document_of(&people[0], "Lara", SECTION).await, document_of(&people[0], "Lara", super::OTHER_SECTION).await];
    let mut honest = Vec::new();
    for number in 0..HONEST {
        honest.push(Author::sit_down(&server, &documents[number % 2], &people[number / 2 % 2], number).await);
    }
    let mut bad = Author::sit_down(&server, &documents[0], &people[1], HONEST).await;

    let mut superuser = server.database.superuser().await;
    let held = superuser.transaction().await.expect("a transaction");
    held.execute("select 1 from pei_documents for update", &[]).await.expect("the superuser may");
    for edit in 0..EDITS {
        for author in &mut honest {
            author.write("").await;
        }
        bad.write(if edit == GOOD { MARK } else { "" }).await;
    }
    let all = ((HONEST + 1) * EDITS) as f64;
    eventually("all edits wait in one queue", async || {
        (server.metric("kazumi_journal_queue_rows").await == all).then_some(())
    })
    .await;
    held.commit().await.expect("the lock goes");

    for author in &mut honest {
        assert_eq!(author.fates().await, [true; EDITS], "an honest author paid for the bad one");
    }
    let fates = bad.fates().await;
    assert_eq!(fates, [true, true, true, true, false], "the bad sender's edits up to the bad one");
    let mut stored: HashMap<String, Vec<String>> = HashMap::new();
    for token in server.database.log().await.iter().flat_map(|update| tokens(update)) {
        let author = token.split('.').next().expect("a name").to_owned();
        stored.entry(author).or_default().push(token);
    }
    for author in &honest {
        assert_eq!(stored[&format!("<{}", author.name)], author.written, "stored once each, in order");
    }
    assert_eq!(stored[&format!("<{}", bad.name)], bad.written[..GOOD]);
    let batches = server.metric("kazumi_journal_batch_rows_count").await;
    report!("refused by {name}: {all} edits, {batches} commits until the bad one stood alone");
    // Everybody who was honest writes on.
    for author in &mut honest {
        author.write("").await;
        assert!(author.client.saved().await, "an honest author was cut off");
    }
}

#[tokio::test]
async fn an_edit_that_a_constraint_refuses_costs_only_its_sender() {
    let constraint =
        format!("alter table pei_updates add constraint no_marked check (position('{MARK}'::bytea in payload) = 0)");
    only_the_sender_pays(&constraint, "a constraint").await;
}

#[tokio::test]
async fn an_edit_that_is_no_value_of_its_type_costs_only_its_sender() {
    only_the_sender_pays(&trigger("22P02"), "a type error").await;
}

#[tokio::test]
async fn an_edit_that_a_policy_refuses_costs_only_its_sender() {
    let policy = format!(
        "create policy no_marked on pei_updates as restrictive for insert with check (position('{MARK}'::bytea in payload) = 0)"
    );
    only_the_sender_pays(&policy, "a policy").await;
}
