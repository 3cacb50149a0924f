//! The PEI: its sections, their confidentiality class and form, its states, and the name a section's document has on the wire.

use std::str::FromStr;

use super::ids::{Lineage, PeiId};
use super::people::named;

named!(
    /// A section that is edited live today. Others of `docs/GLOSSARY.md` arrive with later versions.
    Section, "section" {
        /// Estudo de caso: demandas e contexto.
        CaseStudyDemands = "ec_demandas",
        /// Potencialidades e interesses.
        Strengths = "ec_potencialidades",
        /// Voz do estudante.
        StudentVoice = "ec_voz_estudante",
        /// Contribuição da família.
        FamilyContribution = "ec_familia",
        /// Acessibilidade didático-pedagógica.
        TeachingAccessibility = "acess_didatica",
        /// Acompanhamento.
        Monitoring = "monitoramento",
        /// Metas.
        Goals = "metas",
    }
);

named!(
    /// How a section is written.
    SectionKind, "section kind" {
        /// Formatted text.
        RichText = "rich_text",
        /// A structured list of goals.
        Goals = "goals",
    }
);

named!(
    /// Who a section is meant for.
    SectionClass, "section class" {
        /// Pedagogical, shared with the family.
        Shared = "P",
        /// The team only.
        Team = "T",
    }
);

impl Section {
    /// Rich text or goals.
    #[must_use]
    pub const fn kind(self) -> SectionKind {
        match self {
            Self::Goals => SectionKind::Goals,
            _ => SectionKind::RichText,
        }
    }

    /// Shared with the family or team only.
    #[must_use]
    pub const fn class(self) -> SectionClass {
        match self {
            Self::CaseStudyDemands => SectionClass::Team,
            _ => SectionClass::Shared,
        }
    }
}

impl SectionKind {
    /// The root names a document of this kind may hold; anything else is refused by the scanner.
    #[must_use]
    pub const fn roots(self) -> &'static [&'static str] {
        match self {
            Self::RichText => &["content"],
            Self::Goals => &["goals"],
        }
    }
}

named!(
    /// Where a plan is in its life. The values are the terms of the law and of the schools.
    PeiState, "PEI state" {
        /// Draft.
        Draft = "rascunho",
        /// Being written by the team.
        InPreparation = "em_elaboracao",
        /// Waiting for the coordination.
        InReview = "em_revisao",
        /// Sent back with comments.
        Returned = "devolvido",
        /// Waiting for signatures and the family's acknowledgement.
        AwaitingAcknowledgement = "aguardando_ciencia",
        /// In force.
        InForce = "vigente",
        /// Being re-evaluated.
        InReevaluation = "em_reavaliacao",
        /// Closed.
        Closed = "encerrado",
    }
);

impl PeiState {
    /// Whether text may change in this state. The writing statement tests the same list.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::InPreparation | Self::InReevaluation)
    }
}

/// The document format that this server writes and understands.
pub const SCHEMA_VERSION: i32 = 1;

/// What a client calls a document: `pei/{pei}/{section}`, optionally with `.{lineage}.s{schema}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentName {
    /// The plan.
    pub pei: PeiId,
    /// The section of it.
    pub section: Section,
    /// The copy the client holds: its lineage and the newest schema the client understands.
    pub copy: Option<(Lineage, i32)>,
}

/// The text is not the name of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a document name")]
pub struct NotADocumentName;

impl FromStr for DocumentName {
    type Err = NotADocumentName;

    fn from_str(text: &str) -> Result<Self, NotADocumentName> {
        let mut parts = text.strip_prefix("pei/").ok_or(NotADocumentName)?.splitn(2, '/');
        let pei = parts.next().and_then(|id| id.parse().ok()).ok_or(NotADocumentName)?;
        let mut tail = parts.next().ok_or(NotADocumentName)?.split('.');
        let section = tail.next().and_then(|name| name.parse().ok()).ok_or(NotADocumentName)?;
        let copy = match (tail.next(), tail.next(), tail.next()) {
            (None, None, None) => None,
            (Some(lineage), Some(schema), None) => {
                let lineage = lineage.parse().map_err(|_| NotADocumentName)?;
                let schema = schema.strip_prefix('s').and_then(|digits| digits.parse().ok()).ok_or(NotADocumentName)?;
                Some((lineage, schema))
            }
            _ => return Err(NotADocumentName),
        };
        Ok(Self { pei, section, copy })
    }
}

impl std::fmt::Display for DocumentName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "pei/{}/{}", self.pei, self.section.as_str())?;
        match self.copy {
            Some((lineage, schema)) => write!(f, ".{lineage}.s{schema}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_name_reads_back_what_it_prints() {
        let name =
            DocumentName { pei: PeiId::generate(), section: Section::Goals, copy: Some((Lineage::generate(), 1)) };
        assert_eq!(name.to_string().parse(), Ok(name));
        let bare = DocumentName { copy: None, ..name };
        assert_eq!(bare.to_string().parse(), Ok(bare));
    }

    #[test]
    fn what_is_not_a_document_name_is_refused() {
        let id = PeiId::generate();
        for text in [
            String::new(),
            "pei".to_owned(),
            format!("pei/{id}"),
            format!("pei/{id}/saude"),
            format!("pei/{id}/metas.x.s1"),
            format!("pei/{id}/metas.{id}"),
            format!("pei/{id}/metas.{id}.s1.more"),
            format!("pei/{id}/metas/../ec_demandas"),
            format!("PEI/{id}/metas"),
        ] {
            assert_eq!(text.parse::<DocumentName>(), Err(NotADocumentName), "{text}");
        }
    }

    #[test]
    fn only_three_states_let_text_change() {
        let editable: Vec<_> = PeiState::ALL.iter().filter(|state| state.is_editable()).map(|s| s.as_str()).collect();
        assert_eq!(editable, ["rascunho", "em_elaboracao", "em_reavaliacao"]);
    }
}
