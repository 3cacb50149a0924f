//! What a family allows beyond the school's duty, and whether it does so now. The plan itself rests on the law and not on consent; these are the things
//! that a family may refuse without losing anything.
//!
//! Pure. `consent_allows` in the database is the same rule, for policies and statements; `tests/api/consents.rs` compares the two.

use super::invitation::Custody;
use super::people::named;

named!(
    /// What is allowed or not.
    ConsentKind, "consent kind" {
        /// Taking and keeping photos of the child.
        Photo = "photo",
        /// Recording and keeping the child's voice, also in video.
        Voice = "voice",
        /// Showing parts of the plan to others outside the school, such as a clinic.
        ThirdParties = "third_parties",
    }
);

named!(
    /// What follows from what those who decide have said.
    ConsentState, "consent state" {
        /// Nobody has said anything: not allowed.
        Unasked = "unasked",
        /// Allowed.
        Given = "given",
        /// Refused or taken back: not allowed.
        Withdrawn = "withdrawn",
        /// One says yes and another no: not allowed until the school has spoken with both.
        Disputed = "disputed",
    }
);

/// What one person who decides for the child says; who a court keeps away and who has no custody has no voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    /// Shared or sole.
    pub custody: Custody,
    /// The last decision; `None` for none yet.
    pub gives: Option<bool>,
}

/// What follows from the voices about one kind. One who has sole custody decides alone; otherwise one yes is enough, and one no is enough against.
#[must_use]
pub fn state(voices: &[Voice]) -> ConsentState {
    let is_sole = |voice: &&Voice| voice.custody == Custody::Sole;
    let alone = voices.iter().any(|voice| is_sole(&voice));
    let said: Vec<bool> =
        voices.iter().filter(|voice| !alone || is_sole(voice)).filter_map(|voice| voice.gives).collect();
    match (said.contains(&true), said.contains(&false)) {
        (false, false) => ConsentState::Unasked,
        (true, false) => ConsentState::Given,
        (false, true) => ConsentState::Withdrawn,
        (true, true) => ConsentState::Disputed,
    }
}

/// Whether it is allowed now.
#[must_use]
pub fn allows(voices: &[Voice]) -> bool {
    state(voices) == ConsentState::Given
}

/// The version of all texts. A change of a word raises it; old decisions keep the version and the hash of what was read.
pub const TEXT_VERSION: i32 = 1;

/// What is read before deciding: short words, because families read with difficulty.
#[must_use]
pub const fn text(kind: ConsentKind) -> &'static str {
    match kind {
        ConsentKind::Photo => {
            "A escola pode tirar e guardar fotos da criança, para mostrar o que ela aprende. As fotos ficam no Kazumi. Só a equipe e a \
             família veem. Ninguém põe as fotos em rede social. Se você disser não, nada muda no atendimento da criança. Você pode mudar de \
             ideia quando quiser: as fotos deixam de aparecer na mesma hora."
        }
        ConsentKind::Voice => {
            "A escola pode gravar a voz da criança, em áudio ou vídeo, para mostrar como ela se comunica. As gravações ficam no Kazumi. Só a \
             equipe e a família ouvem. Se você disser não, nada muda no atendimento da criança. Você pode mudar de ideia quando quiser: as \
             gravações deixam de aparecer na mesma hora."
        }
        ConsentKind::ThirdParties => {
            "A escola pode mostrar partes do plano a quem cuida da criança fora da escola, como a clínica ou a terapeuta. Só o que ajuda no \
             cuidado, e sempre com registro de quem viu. Se você disser não, nada muda no atendimento da criança. Você pode mudar de ideia \
             quando quiser: a escola para de mostrar na mesma hora. O que já foi mostrado não volta."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(gives: Option<bool>) -> Voice {
        Voice { custody: Custody::Shared, gives }
    }

    fn sole(gives: Option<bool>) -> Voice {
        Voice { custody: Custody::Sole, gives }
    }

    #[test]
    fn nothing_is_allowed_until_somebody_who_decides_says_so() {
        assert_eq!(state(&[]), ConsentState::Unasked);
        assert_eq!(state(&[shared(None), shared(None)]), ConsentState::Unasked);
        assert_eq!(state(&[shared(Some(true)), shared(None)]), ConsentState::Given);
    }

    #[test]
    fn one_no_is_enough_against_a_yes() {
        assert_eq!(state(&[shared(Some(true)), shared(Some(false))]), ConsentState::Disputed);
        assert_eq!(state(&[shared(Some(false)), shared(None)]), ConsentState::Withdrawn);
        assert!(!allows(&[shared(Some(true)), shared(Some(false))]));
    }

    #[test]
    fn who_has_sole_custody_decides_alone_also_by_saying_nothing() {
        assert_eq!(state(&[sole(Some(true)), shared(Some(false))]), ConsentState::Given);
        assert_eq!(state(&[sole(Some(false)), shared(Some(true))]), ConsentState::Withdrawn);
        assert_eq!(state(&[sole(None), shared(Some(true))]), ConsentState::Unasked);
    }

    #[test]
    fn every_kind_has_a_text_that_says_that_it_may_be_refused_and_taken_back() {
        for &kind in ConsentKind::ALL {
            let text = text(kind);
            assert!(text.contains("Se você disser não") && text.contains("mudar de ideia"), "{kind:?}");
            assert!(!text.contains("  "), "{kind:?}");
        }
    }
}
