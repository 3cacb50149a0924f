//! `plans/*.json`: what the demo's plans say, turned into rows and into first states of live documents.
//!
//! In a section's list of lines, `## ` begins a heading and `- ` an item; everything else is a paragraph.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use time::macros::format_description;
use time::{Date, Duration};

use super::{document_id, id, pei_id, student_id, user_id};
use crate::crdt::seed::{self, Block, Record, SeedValue};
use crate::domain::ids::DocumentId;
use crate::domain::pei::{PeiState, Section, SectionKind};
use crate::store::demo::{DocumentRow, PeiRow};

const FILES: [&str; 11] = [
    include_str!("plans/teo_barreto.json"),
    include_str!("plans/lara_coutinho.json"),
    include_str!("plans/icaro_dantas.json"),
    include_str!("plans/sofia_yamamoto.json"),
    include_str!("plans/benicio_furtado.json"),
    include_str!("plans/aurora_linhares.json"),
    include_str!("plans/nina_falcao.json"),
    include_str!("plans/caio_mendonca.json"),
    include_str!("plans/pietra_sales.json"),
    include_str!("plans/davi_antunes.json"),
    include_str!("plans/malu_rezende.json"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    student: String,
    versions: Vec<Version>,
    /// Rich-text sections, line by line.
    sections: BTreeMap<Section, Vec<String>>,
    goals: Vec<Goal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    version: i32,
    state: PeiState,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Goal {
    area: String,
    description: String,
    baseline: String,
    criterion: String,
    /// Negative: overdue. Null: nobody has set one yet.
    due_in_days: Option<i64>,
    responsible: Vec<String>,
}

pub(super) fn read() -> Result<Vec<Plan>> {
    FILES.iter().map(|file| serde_json::from_str(file).context("a plan of the demo is damaged")).collect()
}

pub(super) fn pei_rows(plans: &[Plan]) -> Vec<PeiRow> {
    let rows = plans.iter().flat_map(|plan| {
        plan.versions.iter().map(|version| PeiRow {
            pei_id: pei_id(&plan.student, version.version),
            student_id: student_id(&plan.student),
            version: version.version,
            state: version.state,
        })
    });
    rows.collect()
}

pub(super) fn document_rows(plans: &[Plan]) -> Vec<DocumentRow> {
    let mut rows = Vec::new();
    for plan in plans {
        for (version, &section) in versions_and_sections(plan) {
            // The first person named in a goal wrote last, the AEE teacher where there is no goal yet.
            let first = plan.goals.iter().find_map(|goal| goal.responsible.first());
            let author = plan.is_written(section).then(|| first.map_or("camila.nobrega", String::as_str));
            rows.push(DocumentRow {
                document_id: document_id(&plan.student, version, section),
                pei_id: pei_id(&plan.student, version),
                student_id: student_id(&plan.student),
                section,
                lineage: id("lineage", &format!("{}/{version}/{}", plan.student, section.as_str())),
                updated_by: author.map(user_id),
                updated_hours_ago: author.map(|_| 26 + 31 * rows.len() as i32 % 400),
            });
        }
    }
    rows
}

/// The first states of those documents that are `new`.
pub(super) fn states(plans: &[Plan], new: &[DocumentId], today: Date) -> Vec<(DocumentId, Vec<u8>)> {
    let mut states = Vec::new();
    for plan in plans {
        for (version, &section) in versions_and_sections(plan) {
            let document = document_id(&plan.student, version, section);
            if new.contains(&document) {
                states.push((document, plan.state(section, today)));
            }
        }
    }
    states
}

fn versions_and_sections(plan: &Plan) -> impl Iterator<Item = (i32, &'static Section)> {
    plan.versions.iter().flat_map(|version| Section::ALL.iter().map(move |section| (version.version, section)))
}

impl Plan {
    fn is_written(&self, section: Section) -> bool {
        match section.kind() {
            SectionKind::Goals => !self.goals.is_empty(),
            SectionKind::RichText => self.sections.get(&section).is_some_and(|lines| !lines.is_empty()),
        }
    }

    fn state(&self, section: Section, today: Date) -> Vec<u8> {
        let root = section.kind().roots()[0];
        match section.kind() {
            SectionKind::RichText => {
                seed::rich_text(root, &blocks(self.sections.get(&section).map_or(&[], Vec::as_slice)))
            }
            SectionKind::Goals => {
                let records: Vec<Record> =
                    self.goals.iter().zip(0..).map(|(goal, n)| self.record(goal, n, today)).collect();
                seed::records(root, &records)
            }
        }
    }

    fn record(&self, goal: &Goal, index: usize, today: Date) -> Record {
        let responsible: Vec<String> = goal.responsible.iter().map(|key| user_id(key).to_string()).collect();
        let text = |text: &str| SeedValue::Text(text.to_owned());
        let plain = |value: Value| SeedValue::Json(value);
        [
            ("id", plain(id("goal", &format!("{}/{index}", self.student)).to_string().into())),
            ("order", plain(order_key(index).into())),
            ("area", plain(goal.area.as_str().into())),
            ("description", text(&goal.description)),
            ("baseline", text(&goal.baseline)),
            ("criterion", text(&goal.criterion)),
            ("deadline", plain(deadline(goal.due_in_days, today).into())),
            ("created_by", plain(responsible.first().cloned().unwrap_or_default().into())),
            ("responsible", plain(responsible.into())),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .to_vec()
    }
}

/// Keys that sort by their bytes and leave room on both sides: `a0`, `a1`, … (digits of base 62; the demo needs ten).
fn order_key(index: usize) -> String {
    format!("a{index}")
}

fn deadline(due_in_days: Option<i64>, today: Date) -> String {
    let Some(days) = due_in_days else { return String::new() };
    let date = today.saturating_add(Duration::days(days));
    date.format(format_description!("[year]-[month]-[day]")).expect("a date always has a year, a month and a day")
}

fn blocks(lines: &[String]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for line in lines {
        if let Some(heading) = line.strip_prefix("## ") {
            blocks.push(Block::Heading(2, heading.to_owned()));
        } else if let Some(item) = line.strip_prefix("- ") {
            match blocks.last_mut() {
                Some(Block::BulletList(items)) => items.push(item.to_owned()),
                _ => blocks.push(Block::BulletList(vec![item.to_owned()])),
            }
        } else {
            blocks.push(Block::Paragraph(line.clone()));
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_the_same_bytes_on_the_same_day() {
        let plans = read().expect("the plans read");
        let today = time::macros::date!(2030 - 03 - 04);
        let new: Vec<_> = document_rows(&plans).iter().map(|row| row.document_id).collect();
        assert_eq!(new.len(), 12 * Section::ALL.len(), "eleven plans, one of them in two versions");
        assert_eq!(states(&plans, &new, today), states(&read().expect("the plans read"), &new, today));
    }

    #[test]
    fn at_most_one_version_of_a_plan_is_being_worked_on() {
        for plan in read().expect("the plans read") {
            let working = plan.versions.iter().filter(|v| !matches!(v.state, PeiState::InForce | PeiState::Closed));
            assert!(working.count() <= 1, "{}", plan.student);
        }
    }

    #[test]
    fn deadlines_move_with_the_day_of_loading() {
        let today = time::macros::date!(2030 - 12 - 30);
        assert_eq!(deadline(Some(3), today), "2031-01-02");
        assert_eq!(deadline(None, today), "");
    }

    #[test]
    fn the_words_of_the_demo_put_the_person_first() {
        for banned in ["portador", "necessidades especiais", "sofre de", "aluno de inclusão", "especial "] {
            assert!(FILES.iter().all(|file| !file.to_lowercase().contains(banned)), "{banned}");
        }
    }
}
