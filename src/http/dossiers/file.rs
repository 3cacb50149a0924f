//! The file of a dossier: a ZIP with a page for people and JSON for programs. `dossie.json` has the names and forms of the REST interface.

use std::io::{Cursor, Write};

use serde::Serialize;
use serde_json::value::RawValue;
use time::{Date, OffsetDateTime};
use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::conversations::SaidInRoom;
use super::page::{self, Names};
use crate::domain::ids::UserId;
use crate::domain::invitation::Custody;
use crate::domain::pei::{PeiState, Section, SectionClass, SectionKind};
use crate::domain::people::Function;
use crate::http::accesses::{AccessEntry, SeenCopy, SeenEmergency};
use crate::http::consents::ConsentDecision;
use crate::http::corrections::{self, CorrectionItem};
use crate::http::students::{Tie, ties};
use crate::store::dossiers::{Dossier, SectionText};

/// What `dossie.json` is. A reader looks at `format` first; a change that an old reader would misread raises its number.
const FORMAT: &str = "kazumi-dossier/1";

#[derive(Serialize)]
struct Document {
    format: &'static str,
    #[serde(with = "time::serde::rfc3339")]
    taken_at: OffsetDateTime,
    taken_by: Uuid,
    taken_as: Vec<Tie>,
    student: Student,
    /// The taker's own ties as family.
    guardianships: Vec<Guardianship>,
    team: Vec<Member>,
    /// Newest first.
    plans: Vec<Plan>,
    conversations: Vec<SaidInRoom>,
    consents: Vec<ConsentDecision>,
    corrections: Vec<CorrectionItem>,
    emergencies: Vec<SeenEmergency>,
    accesses: Vec<AccessEntry>,
    copies: Vec<SeenCopy>,
}

#[derive(Serialize)]
struct Student {
    student_id: Uuid,
    name: String,
    birth_date: Option<String>,
    class_name: Option<String>,
    school_name: String,
    #[serde(with = "time::serde::rfc3339")]
    recorded_since: OffsetDateTime,
    left_on: Option<String>,
}

#[derive(Serialize)]
struct Guardianship {
    kinship: String,
    custody: Custody,
    #[serde(with = "time::serde::rfc3339")]
    valid_from: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    valid_to: Option<OffsetDateTime>,
}

#[derive(Serialize)]
struct Member {
    user_id: Uuid,
    name: Option<String>,
    function: Function,
    #[serde(with = "time::serde::rfc3339")]
    valid_from: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    valid_to: Option<OffsetDateTime>,
}

#[derive(Serialize)]
struct Plan {
    pei_id: Uuid,
    school_year: i32,
    state: PeiState,
    sections: Vec<PlanSection>,
}

#[derive(Serialize)]
struct PlanSection {
    section: Section,
    kind: SectionKind,
    class: SectionClass,
    #[serde(with = "time::serde::rfc3339::option")]
    updated_at: Option<OffsetDateTime>,
    updated_by: Option<String>,
    /// Without formatting, a line for each block or field.
    text: String,
    /// With formatting: nodes of the editor, or a list of goals.
    content: Box<RawValue>,
}

/// What a section says, written out: so that no more than one is ever in memory as a tree.
pub struct WrittenSection {
    content: Box<RawValue>,
    plain: String,
    /// For the page.
    pub html: String,
}

impl WrittenSection {
    /// Writes a section out.
    ///
    /// # Panics
    /// Never: what is written here is JSON.
    pub fn of(kind: SectionKind, names: &Names, text: SectionText) -> Self {
        let content = serde_json::value::to_raw_value(&text.content).expect("a tree of JSON is JSON");
        Self { content, html: page::section(kind, names, &text), plain: text.plain }
    }
}

/// Writes the file. `texts` are those of the dossier's sections, in their order; `taker` is who takes it. Blocks for milliseconds.
///
/// # Errors
/// When the ZIP or the JSON cannot be written; neither happens in memory.
pub fn write(dossier: Dossier, texts: Vec<WrittenSection>, taker: UserId) -> Result<Vec<u8>, zip::result::ZipError> {
    let html = page::write(&dossier, &texts);
    let taken_at = dossier.taken_at;
    let json = serde_json::to_vec_pretty(&document(dossier, texts, taker)).map_err(std::io::Error::other)?;
    // Stored as they are: what goes over the network is compressed by the connection.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(moment(taken_at).unwrap_or_default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(json.len() + html.len() + 1024)));
    zip.start_file("dossie.html", options)?;
    zip.write_all(html.as_bytes())?;
    zip.start_file("dossie.json", options)?;
    zip.write_all(&json)?;
    Ok(zip.finish()?.into_inner())
}

fn document(dossier: Dossier, texts: Vec<WrittenSection>, taker: UserId) -> Document {
    let plans = plans(&dossier, texts);
    Document {
        format: FORMAT,
        taken_at: dossier.taken_at,
        taken_by: taker.0,
        taken_as: ties(&dossier.taker_ties),
        student: Student {
            student_id: dossier.student.0,
            name: dossier.name,
            birth_date: dossier.birth_date.map(day),
            class_name: dossier.class_name,
            school_name: dossier.school_name,
            recorded_since: dossier.created_at,
            left_on: dossier.left_on.map(day),
        },
        guardianships: dossier
            .guardianships
            .into_iter()
            .map(|tie| Guardianship {
                kinship: tie.kinship,
                custody: tie.custody,
                valid_from: tie.valid_from,
                valid_to: tie.valid_to,
            })
            .collect(),
        team: dossier
            .team
            .into_iter()
            .map(|member| Member {
                user_id: member.user.0,
                name: member.name,
                function: member.function,
                valid_from: member.valid_from,
                valid_to: member.valid_to,
            })
            .collect(),
        plans,
        conversations: dossier.conversations.into_iter().map(Into::into).collect(),
        consents: dossier.consents.into_iter().map(Into::into).collect(),
        corrections: dossier.corrections.into_iter().map(|request| corrections::item(request, taker)).collect(),
        emergencies: dossier.emergencies.into_iter().map(Into::into).collect(),
        accesses: dossier.accesses.into_iter().map(Into::into).collect(),
        copies: dossier.copies.into_iter().map(Into::into).collect(),
    }
}

fn plans(dossier: &Dossier, texts: Vec<WrittenSection>) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    for (section, text) in dossier.sections.iter().zip(texts) {
        if plans.last().is_none_or(|plan| plan.pei_id != section.pei.0) {
            let (pei_id, school_year, state) = (section.pei.0, section.school_year, section.state);
            plans.push(Plan { pei_id, school_year, state, sections: Vec::new() });
        }
        let told = PlanSection {
            section: section.section,
            kind: section.section.kind(),
            class: section.section.class(),
            updated_at: section.updated_at,
            updated_by: section.updated_by.clone(),
            text: text.plain,
            content: text.content,
        };
        if let Some(plan) = plans.last_mut() {
            plan.sections.push(told);
        }
    }
    plans
}

/// `2026-03-01`.
fn day(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// As a file's time, which has no zone: that of the schools.
fn moment(at: OffsetDateTime) -> Option<DateTime> {
    let at = super::words::local(at);
    let year = u16::try_from(at.year()).ok()?;
    DateTime::from_date_and_time(year, u8::from(at.month()), at.day(), at.hour(), at.minute(), at.second()).ok()
}
