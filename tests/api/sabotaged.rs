//! The second wall alone: the matrix against a build whose own decisions are switched off (`src/sabotage.rs`). These tests need that
//! build, so they are run by name: `tools/test.sh api`.

use kazumi::domain::pei::Section;
use serde_json::Value;

use super::World;
use super::frames::{edit, edits};
use super::matrix::{ask_everything, ask_for_others, cell};
use super::places::Target;
use crate::authz::{RELATIONS, matrix};
use crate::collaboration::raw::{Heard, RawClient};
use crate::support::report;

#[tokio::test]
#[ignore = "needs the build with faults: tools/test.sh api"]
async fn the_matrix_holds_for_requests_when_only_the_policies_decide() {
    let world = World::sabotaged("ignore_permission").await;
    // The fault is there: who only reads seems to write.
    let plan: Value = world.sign_in("principal").await.get(&world.pei_url()).await.json().await.expect("JSON");
    let sections = plan["sections"].as_array().expect("a list");
    assert!(sections.iter().all(|section| section["access"] == "write"), "{plan}");
    ask_everything(&world).await;
    // Sign-in attempts from one address are limited, so the second part has a server of its own.
    ask_for_others(&World::sabotaged("ignore_permission").await).await;
}

#[tokio::test]
#[ignore = "needs the build with faults: tools/test.sh api"]
async fn nobody_reads_or_writes_a_foreign_section_when_the_room_believes_everybody() {
    let (allowed, refused) = write_everywhere("ignore_permission").await;
    report!("without the application's decisions: {allowed} edits taken, {refused} refused");
}

#[tokio::test]
#[ignore = "needs the build with faults: tools/test.sh api"]
async fn nor_when_the_writing_statement_believes_everybody_too() {
    let (allowed, refused) = write_everywhere("ignore_permission_in_store").await;
    report!("with row-level security alone: {allowed} edits taken, {refused} refused");
}

/// Everybody tries to write in sections of every child. Returns how many edits were taken, and how many refused.
async fn write_everywhere(fault: &str) -> (usize, usize) {
    let world = World::sabotaged(fault).await;
    let owner = world.server.database.owner().await;
    let rows = matrix();
    let (mut allowed, mut refused, mut faults) = (0, 0, Vec::new());
    for relation in
        RELATIONS.into_iter().filter(|name| !matches!(*name, "anonymous" | "expired_token" | "revoked" | "mfa_pending"))
    {
        let token = world.sign_in(relation).await.token;
        for target in Target::CHILDREN {
            let child = world.child(target);
            for section in [Section::CaseStudyDemands, Section::Strengths, Section::FamilyContribution] {
                let row = rows.iter().find(|row| row.name == section.as_str()).expect("a row");
                let right = cell(row, relation, target);
                let place = format!("{} of {target:?} for {relation} ({right})", section.as_str());
                let mut client = RawClient::open(&world.server, &child.document(section)).await;
                client.token(&token).await;
                let joined = client.hear().await == Heard::Granted("read-write".to_owned());
                if joined == (right == "-") {
                    faults.push(format!("{place}: joined: {joined}"));
                }
                if !joined {
                    refused += 1;
                    continue;
                }
                let before = edits(&owner, child).await;
                // A seat with more than its right may be ended by the look-out for changed rights first.
                let taken = client.update(&edit(section)).await.is_ok() && taken(&mut client).await;
                if taken {
                    allowed += 1
                } else {
                    refused += 1
                }
                if taken != (right == "W") || (edits(&owner, child).await > before) != (right == "W") {
                    faults.push(format!("{place}: taken: {taken}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(allowed > 10 && refused > 200, "{allowed} taken, {refused} refused");
    (allowed, refused)
}

/// The fate of an update; the end of the socket is a refusal.
async fn taken(client: &mut RawClient) -> bool {
    loop {
        match client.hear().await {
            Heard::Saved(taken) => return taken,
            Heard::Closed(_) | Heard::Ended(_) => return false,
            _ => {}
        }
    }
}
