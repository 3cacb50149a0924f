//! People: kinds of account and the functions they exercise. Which function may do what is `super::permission`.

/// The name does not belong to a closed list of the domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what}: {value:?}")]
pub struct UnknownName {
    /// What was being read, e.g. `"function"`.
    pub what: &'static str,
    /// The text that was found.
    pub value: String,
}

/// Declares a closed list whose members have one stable name in tables and JSON.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
            utoipa::ToSchema,
        )]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every member, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name used in tables, JSON, logs and metrics.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::people::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    other => Err($crate::domain::people::UnknownName { what: $what, value: other.to_owned() }),
                }
            }
        }
    };
}
pub(crate) use named;

named!(
    /// What kind of account a person has.
    UserKind, "user kind" {
        /// Works in a school or a network.
        Staff = "staff",
        /// Mother, father, grandparent, tutor.
        Guardian = "guardian",
        /// Operates the servers; sees no child's data.
        Operator = "operator",
    }
);

named!(
    /// The function of a member of staff, as the school names it.
    Function, "function" {
        /// Direção.
        Principal = "principal",
        /// Coordenação pedagógica.
        Coordinator = "coordinator",
        /// Professor(a) regente.
        ClassTeacher = "class_teacher",
        /// Professor(a) do atendimento educacional especializado.
        AeeTeacher = "aee_teacher",
        /// Psicologia.
        Psychologist = "psychologist",
        /// Fonoaudiologia.
        SpeechTherapist = "speech_therapist",
        /// Terapia ocupacional.
        OccupationalTherapist = "occupational_therapist",
        /// Psicopedagogia.
        EducationalPsychologist = "educational_psychologist",
        /// Profissional de apoio.
        SupportProfessional = "support_professional",
        /// Gestão da rede.
        NetworkManager = "network_manager",
    }
);

impl Function {
    /// What the screens call it, in Portuguese, in the middle of a sentence.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Principal => "direção",
            Self::Coordinator => "coordenação pedagógica",
            Self::ClassTeacher => "docente da turma",
            Self::AeeTeacher => "docente do AEE",
            Self::Psychologist => "psicologia",
            Self::SpeechTherapist => "fonoaudiologia",
            Self::OccupationalTherapist => "terapia ocupacional",
            Self::EducationalPsychologist => "psicopedagogia",
            Self::SupportProfessional => "apoio escolar",
            Self::NetworkManager => "gestão da rede",
        }
    }

    /// Whether it is exercised in a student's team, and not over a school or a network.
    #[must_use]
    pub const fn is_of_a_team(self) -> bool {
        !matches!(self, Self::Principal | Self::Coordinator | Self::NetworkManager)
    }
}

/// Colours that carry white text at 4.5:1 and stay apart from each other; a person keeps theirs everywhere.
const PERSON_COLORS: [&str; 10] =
    ["#b4441f", "#0f6e8c", "#7a3e9d", "#8a5a00", "#2f6b2f", "#a3195b", "#3a56b0", "#6b4a2b", "#00695f", "#8f2d2d"];

/// The steady colour of a person: FNV-1a (32 bit) of the lower-case id, modulo the palette. The browser computes the same.
#[must_use]
pub fn person_color(user: super::ids::UserId) -> &'static str {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in user.to_string().bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    PERSON_COLORS[hash as usize % PERSON_COLORS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_round_trip() {
        for function in Function::ALL {
            assert_eq!(function.as_str().parse::<Function>().as_ref(), Ok(function));
        }
        assert!("PROFESSOR".parse::<Function>().is_err());
    }
}
