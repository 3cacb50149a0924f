//! The live PEI over real sockets, with unmodified clients and with hand-made bytes.

mod administration;
mod conformance;
mod converge;
mod crash;
mod damage;
mod database;
mod endings;
mod erased_students;
mod erasure;
mod forge;
mod hostile;
mod hostile_rooms;
mod hostile_wire;
pub mod planted;
mod positions;
pub mod raw;
mod refusals;
mod revocation;
mod scribe;
mod slow;
mod storm;

use serde_json::Value;

use crate::support::Session;

/// The PEI of a student of the demo that this person can see.
pub async fn pei_of(session: &Session, student: &str) -> String {
    let answer = session.get("/api/v1/students").await;
    let students = answer.body["students"].as_array().expect("a list of students");
    let found = students.iter().find(|one| one["name"].as_str().is_some_and(|name| name.starts_with(student)));
    let found = found.unwrap_or_else(|| panic!("{student} is not in the list: {students:?}"));
    found["pei"]["pei_id"].as_str().expect("a PEI").to_owned()
}

/// The name of a section's document, as REST hands it out to this person.
pub async fn document_of(session: &Session, student: &str, section: &str) -> String {
    let pei = pei_of(session, student).await;
    document_named(&session.get(&format!("/api/v1/peis/{pei}")).await.body, section)
}

/// The name of a section's document in a plan as REST hands it out.
pub fn document_named(plan: &Value, section: &str) -> String {
    let sections = plan["sections"].as_array().expect("sections");
    let found = sections.iter().find(|one| one["section"] == *section);
    found.and_then(|one: &Value| one["document"].as_str()).expect("a section of this name").to_owned()
}

/// The same document as third-party clients call it: without lineage and schema.
pub fn bare(document: &str) -> String {
    document.split('.').next().expect("a name").to_owned()
}
