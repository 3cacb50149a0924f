//! Two servers on one database hold one document, people write on both at once, then all is quiet: both end with the same by the
//! position check alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use kazumi::crdt::SectionDocument;
use kazumi::protocol::wire::Reader;

use super::diary::Diary;
use super::team::Team;
use super::{RECOVERY, SECTION};
use crate::collaboration::document_of;
use crate::collaboration::raw::{Heard, RawClient};
use crate::support::{TestDatabase, TestServer, eventually_within, report};

/// What a server holds of the document: how far each client has written, and the text.
#[derive(Debug, PartialEq, Eq)]
struct Held {
    vector: BTreeMap<u64, u64>,
    text: String,
}

async fn held(client: &mut RawClient) -> Held {
    let whole = client.whole_document().await;
    let vector = client
        .hear_until(|heard| match heard {
            Heard::Step1(vector) => Some(vector.clone()),
            _ => None,
        })
        .await;
    let mut reader = Reader::new(vector);
    let mut number = || reader.var_uint().expect("a number");
    let vector = (0..number()).map(|_| (number(), number())).collect();
    let mut document = SectionDocument::new();
    document.apply(&whole).expect("a whole document");
    Held { vector, text: document.plain_text("content").expect("text") }
}

#[tokio::test]
async fn two_servers_that_both_write_one_document_end_with_the_same_by_the_position_check_alone() {
    let every_second = [("KAZUMI_POSITION_CHECK_SECONDS", "1")];
    let first = TestServer::over(TestDatabase::demo().await, &every_second).await;
    let second = TestServer::over(first.database.same(), &every_second).await;
    let diary = Arc::new(Diary::default());
    let here = Team::sit_down(&first, SECTION, 5, 8, &diary).await;
    let there = Team::sit_down(&second, SECTION, 5, 8, &diary).await;
    diary.acknowledges(400).await;
    here.finish().await;
    there.finish().await;
    let written = diary.counts().0;
    diary.compare(&first.database, "two servers, one document").await;

    let person = first.login("luciana.prado").await;
    let document = document_of(&person, "Lara", SECTION).await;
    let mut clients = [
        RawClient::join(&first, &document, &person.access_token).await,
        RawClient::join(&second, &document, &person.access_token).await,
    ];
    let same = eventually_within(RECOVERY, "both servers hold the same", async || {
        let [one, other] = &mut clients;
        let (one, other) = (held(one).await, held(other).await);
        (one == other && one.text.matches('<').count() == written).then_some(one)
    })
    .await;
    let cold = first.sibling().await;
    let mut newcomer = RawClient::join(&cold, &document, &person.access_token).await;
    assert_eq!(held(&mut newcomer).await, same, "a cold server reads something else from the log");
    let series = "kazumi_doc_behind_total";
    report!(
        "{written} edits on two servers; position checks that found a server behind: {} and {}",
        first.metric(series).await,
        second.metric(series).await
    );
}
