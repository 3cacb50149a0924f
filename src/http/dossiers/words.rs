//! What things are called on the page of a dossier, in the words of the screens; and days and times as people write them.

use time::{Date, OffsetDateTime, UtcOffset};

use crate::domain::consent::ConsentKind;
use crate::domain::conversation::RoomKind;
use crate::domain::correction::CorrectionState;
use crate::domain::invitation::Custody;
use crate::domain::pei::{PeiState, Section};
use crate::domain::people::Function;

/// Brasília. Brazil has no summer time since 2019; who lives in another zone reads which one is meant.
const LOCAL: UtcOffset = match UtcOffset::from_hms(-3, 0, 0) {
    Ok(offset) => offset,
    Err(_) => UtcOffset::UTC,
};

/// A moment in the zone in which the page tells times.
pub fn local(at: OffsetDateTime) -> OffsetDateTime {
    at.to_offset(LOCAL)
}

/// `03/11/2026`.
pub fn day(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), u8::from(date.month()), date.year())
}

/// A day as documents write it, `2026-11-03`; what is none stays as it was written.
pub fn written_day(text: &str) -> String {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text, format).map_or_else(|_| text.to_owned(), day)
}

/// `03/11/2026, 14:05`.
pub fn moment(at: OffsetDateTime) -> String {
    let at = local(at);
    format!("{}, {:02}:{:02}", day(at.date()), at.hour(), at.minute())
}

/// The day of a moment.
pub fn day_of(at: OffsetDateTime) -> String {
    day(local(at).date())
}

/// As whom somebody acted, as it was written down.
pub fn ties(names: &[String]) -> String {
    let word = |name: &String| match name.parse() {
        Ok(known) => Some(Function::in_words(known)),
        Err(_) => (name == "guardian").then_some("família"),
    };
    let words: Vec<_> = names.iter().filter_map(word).collect();
    if words.is_empty() { "função não registrada".to_owned() } else { words.join(", ") }
}

pub const fn section(section: Section) -> &'static str {
    match section {
        Section::CaseStudyDemands => "Estudo de caso: demandas e contexto",
        Section::Strengths => "Potencialidades e interesses",
        Section::StudentVoice => "Voz do estudante",
        Section::FamilyContribution => "Contribuição da família",
        Section::TeachingAccessibility => "Acessibilidade didático-pedagógica",
        Section::Monitoring => "Acompanhamento",
        Section::Goals => "Metas",
    }
}

pub const fn room(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Family => "Família e escola",
        RoomKind::Team => "Equipe",
        RoomKind::Class => "Comunicados da turma",
        RoomKind::DeskCoordination => "Coordenação",
        RoomKind::DeskAee => "Sala de recursos (AEE)",
    }
}

pub const fn state(state: PeiState) -> &'static str {
    match state {
        PeiState::Draft => "rascunho",
        PeiState::InPreparation => "em elaboração",
        PeiState::InReview => "em revisão",
        PeiState::Returned => "devolvido para ajustes",
        PeiState::AwaitingAcknowledgement => "aguardando ciência da família",
        PeiState::InForce => "vigente",
        PeiState::InReevaluation => "em reavaliação",
        PeiState::Closed => "encerrado",
    }
}

pub const fn custody(custody: Custody) -> &'static str {
    match custody {
        Custody::Shared => "guarda dos dois",
        Custody::Sole => "guarda só desta pessoa",
        Custody::None => "sem a guarda",
    }
}

pub const fn consent(kind: ConsentKind) -> &'static str {
    match kind {
        ConsentKind::Photo => "Fotos",
        ConsentKind::Voice => "Gravação da voz",
        ConsentKind::ThirdParties => "Mostrar o plano a quem cuida fora da escola",
    }
}

pub const fn correction(state: CorrectionState) -> &'static str {
    match state {
        CorrectionState::Open => "Esperando resposta",
        CorrectionState::Accepted => "Aceito",
        CorrectionState::Refused => "Não aceito",
    }
}

/// The area of a goal; what the screens do not know is another area.
pub fn area(name: &str) -> &'static str {
    match name {
        "comunicacao" => "Comunicação",
        "leitura" => "Leitura",
        "escrita" => "Escrita",
        "matematica" => "Matemática",
        "motor" => "Motor",
        "socioemocional" => "Socioemocional",
        "autonomia" => "Autonomia",
        "sensorial" => "Sensorial",
        "participacao" => "Participação",
        _ => "Outra área",
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn times_are_those_of_the_schools_and_not_those_of_the_server() {
        assert_eq!(moment(datetime!(2026-11-03 01:05 UTC)), "02/11/2026, 22:05");
        assert_eq!(day(date!(2024 - 02 - 29)), "29/02/2024");
        assert_eq!(["2026-02-28", "2026-02-30", "amanhã"].map(written_day), ["28/02/2026", "2026-02-30", "amanhã"]);
    }

    #[test]
    fn who_acted_is_told_in_words_and_what_nobody_knows_is_said_to_be_unknown() {
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(ties(&names(&["principal", "guardian"])), "direção, família");
        assert_eq!(ties(&names(&["rei"])), "função não registrada");
    }

    /// The screens say the same: their texts are in the clone.
    #[test]
    fn the_words_are_those_of_the_screens() {
        let read = |name: &str| {
            let path = format!("{}/frontend/src/locales/pt-BR/{name}.json", env!("CARGO_MANIFEST_DIR"));
            serde_json::from_str::<serde_json::Value>(&std::fs::read_to_string(path).expect("a file")).expect("JSON")
        };
        let (common, collab, students, privacy) = (read("common"), read("collab"), read("students"), read("privacy"));
        for &each in Custody::ALL {
            let word = read("administration")["custody"][each.as_str()].as_str().expect("a word").to_lowercase();
            assert_eq!(word, custody(each));
        }
        for &each in Function::ALL {
            assert_eq!(common["function"][each.as_str()], each.in_words());
        }
        for &each in Section::ALL {
            assert_eq!(collab["section"][each.as_str()], section(each));
        }
        for &each in PeiState::ALL {
            let word = students["state"][each.as_str()].as_str().expect("a word").to_lowercase();
            assert_eq!(word, state(each));
        }
        for &each in ConsentKind::ALL {
            assert_eq!(privacy["consents"]["kind"][each.as_str()], consent(each));
        }
        for &each in CorrectionState::ALL {
            assert_eq!(privacy["corrections"]["state"][each.as_str()], correction(each));
        }
        for (name, word) in read("pei")["goals"]["areas"].as_object().expect("areas") {
            assert_eq!(word, area(name));
        }
    }
}
