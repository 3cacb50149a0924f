//! The checker against servers that do wrong on purpose (`src/sabotage.rs`): each fault breaks the rule that is about it. That the same load breaks no rule on a
//! server that does right is what the other tests say. These need the build with faults, so they are run by name: `tools/test.sh faults`.

use std::time::Duration;

use kazumi::domain::ids::StudentId;
use kazumi::store::grants;
use kazumi_check::{Report, Rule};

use super::load::Load;
use super::network::BadNetwork;
use crate::support::{TestDatabase, TestServer, eventually_within, report};

/// All rules, in the order of the table that is printed.
const RULES: [Rule; 9] = [Rule::D, Rule::U, Rule::G, Rule::O, Rule::R, Rule::N, Rule::P, Rule::Z, Rule::B];
/// Deaths of a server that acknowledges too early: at each, messages are on their way.
const DEATHS: u64 = 5;
/// Connections that are cut after a write, beside some that are doubled, for a server that writes again what it is sent again.
const CUTS: u64 = 12;

async fn server(fault: &str) -> TestServer {
    TestServer::sabotaged_with(TestDatabase::demo().await, fault, &[]).await
}

#[tokio::test]
#[ignore = "needs the build with faults: tools/test.sh faults"]
async fn each_of_four_broken_servers_is_caught_by_the_rule_that_its_fault_breaks() {
    let caught = [
        ("ack_before_commit", Rule::D, dies_again_and_again().await),
        ("write_again", Rule::U, is_sent_everything_twice().await),
        ("drop_events", Rule::O, drops().await),
        ("keep_removed_members", Rule::Z, goes_on_telling().await),
    ];
    report!("{:<22}{}", "", RULES.map(|rule| format!("{:>7}", format!("{rule:?}"))).concat());
    for (fault, _, found) in &caught {
        let count = |rule| found.violations.iter().filter(|violation| violation.rule == rule).count();
        report!("{fault:<22}{}", RULES.map(|rule| format!("{:>7}", count(rule))).concat());
    }
    for (fault, rule, found) in &caught {
        assert!(found.broken().contains(rule), "{fault} is not caught by {rule:?}: {found}");
    }
}

async fn dies_again_and_again() -> Report {
    let mut server = server("ack_before_commit").await;
    let load = Load::begin(&server, server.ws_url("/ws/chat")).await;
    for _ in 0..DEATHS {
        load.acknowledges(20 + rand::random_range(0..40)).await;
        server.kill9();
        server.start().await;
    }
    load.end(&server.database, "acknowledged before the commit").await.0
}

async fn is_sent_everything_twice() -> Report {
    let server = server("write_again").await;
    let network = BadNetwork::before(server.port).await;
    let load = Load::begin(&server, format!("ws://127.0.0.1:{}/ws/chat", network.port)).await;
    // The server's pace for messages is the network's too.
    let enough = async || {
        let [_, cut, _, doubled] = network.done.figures();
        (cut >= CUTS && doubled >= 3).then_some(())
    };
    eventually_within(Duration::from_secs(60), "enough was cut", enough).await;
    network.becomes_good();
    load.end(&server.database, "written again when sent again").await.0
}

async fn drops() -> Report {
    let server = server("drop_events").await;
    let load = Load::begin(&server, server.ws_url("/ws/chat")).await;
    load.acknowledges(120).await;
    load.end(&server.database, "one event in fifty dropped").await.0
}

async fn goes_on_telling() -> Report {
    let server = server("keep_removed_members").await;
    let load = Load::begin(&server, server.ws_url("/ws/chat")).await;
    load.acknowledges(20).await;
    let mut owner = server.database.owner().await;
    let found = owner.query_one("select student_id from students where name like 'Téo %'", &[]).await;
    let student = StudentId(found.expect("one student").get(0));
    let transaction = owner.transaction().await.expect("a transaction");
    let ends = "update team_links set valid_to = now() where student_id = $1 and user_id = \
                (select user_id from credentials where email = 'wesley.duarte@demo.kazumi.test')";
    assert_eq!(transaction.execute(ends, &[&student.0]).await.expect("changed"), 1);
    grants::rebuild_for_student(&transaction, student).await.expect("grants");
    transaction.commit().await.expect("committed");
    load.acknowledges(60).await;
    load.end(&server.database, "members that were removed are told on").await.0
}
