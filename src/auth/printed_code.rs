//! The code on paper for families without e-mail: twelve characters without look-alikes, in groups of four, read forgivingly.
//!
//! The first four find the invitation, the other eight (40 bits) are its secret, of which the database allows five wrong tries. It is
//! stored as an HMAC under a key that is not in the database: a copy of the database alone gives nothing to try codes against, so
//! no slow hash is needed, and a try costs microseconds.

use aws_lc_rs::hmac;

use crate::config::Secret;

/// Crockford's base32: no I, L, O, U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters in a code.
const LENGTH: usize = 12;
/// Characters that find the invitation.
const LOCATOR: usize = 4;
/// Longest text that is read as a code: somebody may put a dash after each character.
const MAX_TYPED: usize = 64;

/// A code as it is printed. Never stored, never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct PrintedCode([u8; LENGTH]);

impl std::fmt::Debug for PrintedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrintedCode(***)")
    }
}

impl PrintedCode {
    /// Draws a code.
    ///
    /// # Panics
    /// When the operating system gives no random bytes.
    #[must_use]
    pub fn draw() -> Self {
        let mut bytes = [0; LENGTH];
        aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random bytes");
        // 256 is eight times 32: each letter is as likely as any other.
        Self(bytes.map(|byte| LETTERS[usize::from(byte) % LETTERS.len()]))
    }

    /// Reads what somebody typed: any case, spaces, dots and dashes, O for 0, I and L for 1. `None` when it cannot be a code.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > MAX_TYPED {
            return None;
        }
        let spelled = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '–' | '—' | '_'));
        let letters: Option<Vec<u8>> = spelled
            .map(|c| match c.to_ascii_uppercase() {
                'O' => Some(b'0'),
                'I' | 'L' => Some(b'1'),
                c => u8::try_from(c).ok().filter(|byte| LETTERS.contains(byte)),
            })
            .collect();
        letters?.try_into().ok().map(Self)
    }

    /// As it is printed: `7K2M 9QRT X4BD`.
    #[must_use]
    pub fn expose(&self) -> String {
        self.0.chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
    }

    /// What finds the invitation.
    #[must_use]
    pub fn locator(&self) -> String {
        String::from_utf8_lossy(&self.0[..LOCATOR]).into_owned()
    }

    /// What the database is given.
    #[must_use]
    pub fn hash(&self, secret: &Secret) -> Vec<u8> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
        let mut context = hmac::Context::with_key(&key);
        context.update(b"kazumi printed code 1");
        context.update(&self.0);
        context.sign().as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_however_it_is_typed() {
        let code = PrintedCode::parse("0K21 9QRT X4BD").unwrap();
        assert_eq!(code.expose(), "0K21 9QRT X4BD");
        assert_eq!(code.locator(), "0K21");
        for typed in ["0K219QRTX4BD", " ok2l-9qrt-x4bd ", "O k 2 i 9.q.r.t X—4–b_d"] {
            assert_eq!(PrintedCode::parse(typed).as_ref(), Some(&code), "{typed}");
        }
        let drawn = PrintedCode::draw();
        assert_eq!(PrintedCode::parse(&drawn.expose()), Some(drawn));
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in ["", "0K21 9QRT X4B", "0K21 9QRT X4BD5", "0K21 9QRT X4BU", "0K21 9QRT X4Bé", &"-".repeat(70)] {
            assert_eq!(PrintedCode::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn the_stored_form_depends_on_code_and_key() {
        let (code, key) = (PrintedCode::draw(), Secret::new(vec![7; 32]));
        assert_eq!(code.hash(&key), code.hash(&key));
        assert_ne!(code.hash(&key), code.hash(&Secret::new(vec![8; 32])));
        assert_ne!(code.hash(&key), PrintedCode::draw().hash(&key));
        assert_eq!(format!("{code:?}"), "PrintedCode(***)");
    }
}
