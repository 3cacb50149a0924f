//! Which passwords are good enough: 10 to 128 characters that are not easily guessed. No rules about kinds of characters, which make
//! passwords worse (NIST SP 800-63B). The estimate is zxcvbn's, told of the words that somebody who knows the person tries first.

use zxcvbn::{Score, zxcvbn};

/// Shortest password, in characters.
pub const MIN_CHARACTERS: usize = 10;
/// Longest password, in characters.
pub const MAX_CHARACTERS: usize = 128;
/// "Safely unguessable: moderate protection from an offline attack" in zxcvbn's scale of 0 to 4.
const ENOUGH: Score = Score::Three;

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than [`MIN_CHARACTERS`].
    TooShort,
    /// More than [`MAX_CHARACTERS`].
    TooLong,
    /// Good enough for a stranger, but made of the person's own name, address or school.
    Personal,
    /// Among the first that somebody would try.
    Guessable,
}

impl Weakness {
    /// The name in an answer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Personal => "personal",
            Self::Guessable => "guessable",
        }
    }
}

/// Judges a password.
///
/// * `context`: names, addresses, school, student; each is also taken apart into words
///
/// Cost: milliseconds for long passwords, so not on a thread that serves requests.
///
/// # Errors
/// What is wrong with it.
pub fn judge(password: &str, context: &[String]) -> Result<(), Weakness> {
    match password.chars().count() {
        0..MIN_CHARACTERS => return Err(Weakness::TooShort),
        MIN_CHARACTERS..=MAX_CHARACTERS => {}
        _ => return Err(Weakness::TooLong),
    }
    let words = words(context);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if zxcvbn(password, &words).score() >= ENOUGH {
        return Ok(());
    }
    Err(if zxcvbn(password, &[]).score() >= ENOUGH { Weakness::Personal } else { Weakness::Guessable })
}

/// Lower case, whole and in parts; zxcvbn compares whole words. The product's own name is everybody's.
fn words(context: &[String]) -> Vec<String> {
    let mut words = vec!["kazumi".to_owned()];
    for text in context {
        let text = text.to_lowercase();
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() >= 3);
        words.extend(parts.map(str::to_owned));
        words.push(text);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_and_no_kind_of_character_is_asked_for() {
        assert_eq!(judge("ção ção ç", &[]), Err(Weakness::TooShort));
        assert_eq!(judge(&"a9 ".repeat(43), &[]), Err(Weakness::TooLong));
        assert_eq!(judge("quatro gatos na janela", &[]), Ok(()));
        assert_eq!(judge("жёлтый трамвай поёт", &[]), Ok(()));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for password in ["password123", "1234567890", "qwertyuiop", "aaaaaaaaaaaa", "kazumi2026"] {
            assert_eq!(judge(password, &[]), Err(Weakness::Guessable), "{password}");
        }
    }

    #[test]
    fn what_those_who_know_the_person_try_first_is_refused() {
        let context = ["Jandira Quiterio".to_owned(), "jandira.quiterio@example.org".to_owned()];
        assert_eq!(judge("jandiraquiterio", &context), Err(Weakness::Personal));
        assert_eq!(judge("jandiraquiterio", &[]), Ok(()));
    }
}
