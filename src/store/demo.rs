//! Writes the demo network: rows with fixed ids, inserted only where they are missing, never changed afterwards.
//!
//! Not part of a served request; runs as the owner role inside one transaction. What the rows say is decided in
//! `dev/demo`. Dates are given as days before today and become dates in the statement.

use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio_postgres::Transaction;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::Error;
use crate::domain::ids::{DocumentId, NetworkId, PeiId, SchoolId, StudentId, UserId};
use crate::domain::pei::{PeiState, Section};
use crate::domain::people::{Function, UserKind};

const INSERT_DOCUMENTS: &str = include_str!("../../sql/queries/demo/insert_documents.sql");
const INSERT_SNAPSHOTS: &str = include_str!("../../sql/queries/demo/insert_snapshots.sql");
const OPEN_DESK: &str = include_str!("../../sql/queries/demo/open_desk.sql");
const SAY: &str = include_str!("../../sql/queries/demo/say.sql");

/// A row of the demo that one statement can insert many of.
pub trait DemoRow: Serialize + std::fmt::Debug + Sync {
    /// The statement; takes the rows as one JSON array.
    const INSERT: &'static str;
}

/// Declares a row type and the file of its statement.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident, $file:literal { $($field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize)]
        #[allow(missing_docs, reason = "the columns are described in sql/migrations and in the statement's file")]
        pub struct $name {
            $(pub $field: $type),+
        }

        impl DemoRow for $name {
            const INSERT: &'static str = include_str!(concat!("../../sql/queries/demo/", $file));
        }
    };
}

row!(
    /// A network of schools.
    NetworkRow, "insert_networks.sql" { network_id: NetworkId, name: String }
);
row!(
    /// A school.
    SchoolRow, "insert_schools.sql" { school_id: SchoolId, network_id: NetworkId, name: String }
);
row!(
    /// A class of this school year.
    ClassRow, "insert_classes.sql" { class_id: Uuid, school_id: SchoolId, name: String, shift: String }
);
row!(
    /// A person who can sign in.
    UserRow, "insert_users.sql" { user_id: UserId, network_id: NetworkId, kind: UserKind, name: String }
);
row!(
    /// Login name and password of a person.
    CredentialRow, "insert_credentials.sql" { user_id: UserId, email: String, password_hash: String }
);
row!(
    /// A student.
    StudentRow, "insert_students.sql" {
        student_id: StudentId, school_id: SchoolId, class_id: Uuid, name: String, age_years: i32, days_since_birthday: i32,
    }
);
row!(
    /// A function somebody exercises.
    StaffFunctionRow, "insert_staff_functions.sql" {
        staff_function_id: Uuid, user_id: UserId, school_id: Option<SchoolId>, function: Function, since_days: i32,
    }
);
row!(
    /// Membership of a student's team.
    TeamLinkRow, "insert_team_links.sql" {
        team_link_id: Uuid, student_id: StudentId, user_id: UserId, function: Function, since_days: i32,
        ended_days_ago: Option<i32>,
    }
);
row!(
    /// A guardian and a child.
    GuardianshipRow, "insert_guardianships.sql" {
        guardianship_id: Uuid, student_id: StudentId, user_id: UserId, kinship: String, custody: String, can_view: bool,
        can_write: bool, judicial_restriction: bool, since_days: i32,
    }
);
row!(
    /// One version of a plan.
    PeiRow, "insert_peis.sql" { pei_id: PeiId, student_id: StudentId, version: i32, state: PeiState }
);

/// One live document of a plan.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the columns are described in sql/migrations and in the statement's file")]
pub struct DocumentRow {
    pub document_id: DocumentId,
    pub pei_id: PeiId,
    pub student_id: StudentId,
    pub section: Section,
    pub lineage: Uuid,
    pub updated_by: Option<UserId>,
    pub updated_hours_ago: Option<i32>,
}

/// Inserts the rows that are missing. Returns how many were.
///
/// # Errors
/// Whatever the database refuses.
pub async fn insert<R: DemoRow>(transaction: &Transaction<'_>, rows: &[R]) -> Result<u64, Error> {
    Ok(transaction.execute(R::INSERT, &[&Json(rows)]).await?)
}

/// Inserts the documents that are missing and returns their ids; each needs a snapshot next.
///
/// # Errors
/// Whatever the database refuses.
pub async fn insert_documents(transaction: &Transaction<'_>, rows: &[DocumentRow]) -> Result<Vec<DocumentId>, Error> {
    let new = transaction.query(INSERT_DOCUMENTS, &[&Json(rows)]).await?;
    new.iter().map(|row| Ok(DocumentId(row.try_get("document_id")?))).collect()
}

/// Gives new documents their first state, an update as the CRDT writes it.
///
/// # Errors
/// Whatever the database refuses.
pub async fn insert_snapshots(transaction: &Transaction<'_>, states: &[(DocumentId, Vec<u8>)]) -> Result<(), Error> {
    let documents: Vec<Uuid> = states.iter().map(|(document, _)| document.0).collect();
    let hashes: Vec<Vec<u8>> = states.iter().map(|(_, state)| Sha256::digest(state).to_vec()).collect();
    let states: Vec<&[u8]> = states.iter().map(|(_, state)| state.as_slice()).collect();
    transaction.execute(INSERT_SNAPSHOTS, &[&documents, &states, &hashes]).await?;
    Ok(())
}

/// A desk of a guardian.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the columns are described in the statement's file")]
pub struct DeskRow {
    pub student: Uuid,
    pub guardian: Uuid,
    pub kind: String,
}

/// Something that was said.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the columns are described in the statement's file")]
pub struct SaidRow {
    pub class: Option<Uuid>,
    pub student: Option<Uuid>,
    pub kind: Option<String>,
    pub guardian: Option<Uuid>,
    pub by: Uuid,
    pub client: Uuid,
    pub title: Option<String>,
    pub text: String,
    pub needs_confirmation: Option<bool>,
}

/// Opens a desk unless it is open.
///
/// # Errors
/// Whatever the database refuses.
pub async fn open_desk(transaction: &Transaction<'_>, desk: &DeskRow) -> Result<(), Error> {
    let opened = transaction.query_opt(OPEN_DESK, &[&desk.student, &desk.guardian, &desk.kind]).await?;
    if opened.is_some() {
        super::grants::follow(transaction, &[StudentId(desk.student)]).await?;
    }
    Ok(())
}

/// Says something unless it was said.
///
/// # Errors
/// Whatever the database refuses.
pub async fn say(transaction: &Transaction<'_>, said: &SaidRow) -> Result<(), Error> {
    let SaidRow { class, student, kind, guardian, by, client, title, text, needs_confirmation } = said;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 9] =
        [class, student, kind, guardian, by, client, title, text, needs_confirmation];
    transaction.execute(SAY, &values).await?;
    Ok(())
}
