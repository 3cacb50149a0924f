//! Kazumi's data set: one school, five teachers who may write everywhere, a hundred students with one document each.
//!
//! Made with the product's own rows and rules: grants follow from links, documents begin with the product's seed. Ids are
//! numbers, so that the rest of the benchmark knows them without asking.

use anyhow::{Context, Result};
use kazumi::auth::password;
use kazumi::crdt::seed;
use kazumi::domain::ids::{DocumentId, NetworkId, PeiId, SchoolId, StudentId, UserId};
use kazumi::domain::pei::{PeiState, Section};
use kazumi::domain::people::{Function, UserKind};
use kazumi::store::{demo, grants};
use sha2::{Digest, Sha256};
use tokio_postgres::Client;
use uuid::Uuid;

/// Documents of the data set.
pub const DOCUMENTS: usize = 100;
/// People who may write in all of them.
pub const PEOPLE: usize = 5;
/// Opens invented data on a loopback address.
pub const PASSWORD: &str = "kazumi-bench-2026";
const SECTION: Section = Section::Strengths;
const FUNCTION: Function = Function::AeeTeacher;
const SINCE_DAYS: i32 = 300;

fn id(kind: u128, number: usize) -> Uuid {
    Uuid::from_u128((kind << 64) | (number as u128 + 1) | (0x8 << 76) | (0x8 << 60))
}

const NETWORK: u128 = 1;
const SCHOOL: u128 = 2;
const CLASS: u128 = 3;
const USER: u128 = 4;
const STUDENT: u128 = 5;
const PEI: u128 = 6;
const DOCUMENT: u128 = 7;
const LINK: u128 = 8;
const STAFF: u128 = 9;
const LINEAGE: u128 = 10;

/// What a client calls a document.
pub fn document_name(number: usize) -> String {
    format!("pei/{}/{}", id(PEI, number), SECTION.as_str())
}

/// The address a person signs in with.
pub fn email(person: usize) -> String {
    format!("pessoa{person}@bench.kazumi.test")
}

/// Writes the data set into a migrated database.
///
/// # Errors
/// When the database refuses a row.
pub async fn load(owner: &mut Client) -> Result<()> {
    let hash = password::hash_now(PASSWORD.as_bytes()).context("hash the password")?;
    let transaction = owner.transaction().await.context("begin")?;
    let network_id = NetworkId(id(NETWORK, 0));
    let school_id = SchoolId(id(SCHOOL, 0));
    let class_id = id(CLASS, 0);
    demo::insert(&transaction, &[demo::NetworkRow { network_id, name: "Rede".into() }]).await?;
    demo::insert(&transaction, &[demo::SchoolRow { school_id, network_id, name: "Escola".into() }]).await?;
    let class = demo::ClassRow { class_id, school_id, name: "5A".into(), shift: "morning".into() };
    demo::insert(&transaction, &[class]).await?;
    let people: Vec<UserId> = (0..PEOPLE).map(|number| UserId(id(USER, number))).collect();
    let user = |(number, user_id): (usize, &UserId)| demo::UserRow {
        user_id: *user_id,
        network_id,
        kind: UserKind::Staff,
        name: format!("Pessoa {number}"),
    };
    demo::insert(&transaction, &people.iter().enumerate().map(user).collect::<Vec<_>>()).await?;
    let credential = |(number, user_id): (usize, &UserId)| demo::CredentialRow {
        user_id: *user_id,
        email: email(number),
        password_hash: hash.clone(),
    };
    demo::insert(&transaction, &people.iter().enumerate().map(credential).collect::<Vec<_>>()).await?;
    let function = |(number, user_id): (usize, &UserId)| demo::StaffFunctionRow {
        staff_function_id: id(STAFF, number),
        user_id: *user_id,
        school_id: Some(school_id),
        function: FUNCTION,
        since_days: SINCE_DAYS,
    };
    demo::insert(&transaction, &people.iter().enumerate().map(function).collect::<Vec<_>>()).await?;
    let student = |number: usize| demo::StudentRow {
        student_id: StudentId(id(STUDENT, number)),
        school_id,
        class_id,
        name: format!("Estudante {number}"),
        age_years: 10,
        days_since_birthday: number as i32,
    };
    demo::insert(&transaction, &(0..DOCUMENTS).map(student).collect::<Vec<_>>()).await?;
    let link = |number: usize| demo::TeamLinkRow {
        team_link_id: id(LINK, number),
        student_id: StudentId(id(STUDENT, number / PEOPLE)),
        user_id: people[number % PEOPLE],
        function: FUNCTION,
        since_days: SINCE_DAYS,
        ended_days_ago: None,
    };
    demo::insert(&transaction, &(0..DOCUMENTS * PEOPLE).map(link).collect::<Vec<_>>()).await?;
    let pei = |number: usize| demo::PeiRow {
        pei_id: PeiId(id(PEI, number)),
        student_id: StudentId(id(STUDENT, number)),
        version: 1,
        state: PeiState::InPreparation,
    };
    demo::insert(&transaction, &(0..DOCUMENTS).map(pei).collect::<Vec<_>>()).await?;
    let document = |number: usize| demo::DocumentRow {
        document_id: DocumentId(id(DOCUMENT, number)),
        pei_id: PeiId(id(PEI, number)),
        student_id: StudentId(id(STUDENT, number)),
        section: SECTION,
        lineage: id(LINEAGE, number),
        updated_by: None,
        updated_hours_ago: None,
    };
    let new = demo::insert_documents(&transaction, &(0..DOCUMENTS).map(document).collect::<Vec<_>>()).await?;
    let states: Vec<_> = new.into_iter().map(|document| (document, seed::rich_text("content", &[]))).collect();
    demo::insert_snapshots(&transaction, &states).await?;
    for number in 0..DOCUMENTS {
        grants::rebuild_for_student(&transaction, StudentId(id(STUDENT, number))).await?;
    }
    transaction.commit().await.context("commit")
}

/// Makes the first document begin with this state.
///
/// # Errors
/// When the database refuses.
pub async fn replace_first_state(owner: &Client, state: &[u8]) -> Result<()> {
    let sha256 = Sha256::digest(state).to_vec();
    let statement = "update pei_snapshots set state = $2, sha256 = $3 where document_id = $1";
    let changed = owner.execute(statement, &[&id(DOCUMENT, 0), &state, &sha256]).await?;
    anyhow::ensure!(changed == 1, "the first document has no snapshot");
    Ok(())
}
