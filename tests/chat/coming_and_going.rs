//! Members are taken out and let in again while messages flow: nobody is shown what came when they were not in, and what they write then is not stored.

use kazumi::domain::ids::StudentId;
use kazumi::store::grants;

use super::load::{Load, assert_sound};
use crate::support::{TestServer, amount, eventually};

/// Who goes and comes: one from the team, and a mother.
const TIES: [(&str, &str); 2] = [("wesley.duarte", "team_links"), ("denise.barreto", "guardianships")];

#[tokio::test]
async fn no_violation_while_members_come_and_go() {
    let rounds = amount("KAZUMI_MEMBER_ROUNDS", 20);
    let server = TestServer::spawn().await;
    let load = Load::begin(&server, server.ws_url("/ws/chat")).await;
    let mut owner = server.database.owner().await;
    let found = owner.query_one("select student_id from students where name like 'Téo %'", &[]).await;
    let student = StudentId(found.expect("one student").get(0));
    for round in 0..rounds {
        load.acknowledges(rand::random_range(3..20)).await;
        let gone = load.gone();
        for value in ["now()", "null"] {
            for (account, table) in TIES {
                let change = format!(
                    "update {table} set valid_to = {value} where student_id = $1 \
                     and user_id = (select user_id from credentials where email = '{account}@demo.kazumi.test')"
                );
                let transaction = owner.transaction().await.expect("a transaction");
                assert_eq!(transaction.execute(&change, &[&student.0]).await.expect("changed"), 1, "{account}");
                grants::rebuild_for_student(&transaction, student).await.expect("grants");
                transaction.commit().await.expect("committed");
            }
            if value == "now()" {
                eventually("both are told", async || (load.gone() >= gone + TIES.len() as u64).then_some(())).await;
                load.acknowledges(rand::random_range(1..10)).await;
            }
        }
        if round % 20 == 19 {
            load.sign_in(&server).await;
        }
    }
    let gone = load.gone();
    let report = load.finish(&server.database, &format!("conversations, members come and go: {rounds} rounds")).await;
    assert_sound(&report, rounds * 4, 0);
    assert!(gone >= rounds * 2, "{gone} times somebody was told to forget a room");
}
