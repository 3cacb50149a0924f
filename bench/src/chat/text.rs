//! The text of every message: two hundred bytes of Portuguese, whose first bytes say which message it is. A receiver finds it in whatever frame a server
//! wraps around it.

use std::fmt::Write;

/// Bytes of a message.
#[cfg(test)]
const BYTES: usize = 200;
/// What no server writes by itself.
const MARK: &[u8] = b"#kz";
/// Behind the mark.
const DIGITS: usize = 8;
const WORDS: &str = " Bom dia! A turma leu a história em voz alta e ela pediu ajuda só uma vez, com as sílabas de \
                     “passarinho”. Amanhã vamos repetir no começo da aula; podem treinar em casa, está bem?";

/// Appends the text of a message.
pub fn put(out: &mut String, message: u32) {
    // Writing into memory does not fail.
    let _ = write!(out, "#kz{message:08x}");
    out.push_str(WORDS);
}

/// The first message named in these bytes, and where its name ends.
pub fn find(bytes: &[u8]) -> Option<(u32, usize)> {
    let at = find_bytes(bytes, MARK)? + MARK.len();
    let digits = bytes.get(at..at + DIGITS)?;
    let mut number = 0;
    for digit in digits {
        number = number << 4 | (*digit as char).to_digit(16)?;
    }
    Some((number, at + DIGITS))
}

/// Where some bytes begin in others.
pub fn find_bytes(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let (first, rest) = wanted.split_first()?;
    let mut from = 0;
    while let Some(offset) = bytes[from..].iter().position(|byte| byte == first) {
        let at = from + offset;
        if bytes[at + 1..].starts_with(rest) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// The number behind the first occurrence of `key`, and where it ends.
pub fn number_after(bytes: &[u8], key: &[u8]) -> Option<(i64, usize)> {
    let start = find_bytes(bytes, key)? + key.len();
    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digits = std::str::from_utf8(&bytes[start..start + length]).ok()?;
    Some((digits.parse().ok()?, start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_two_hundred_bytes_and_is_found_by_its_number() {
        let mut text = String::new();
        put(&mut text, 0xabc_1234);
        assert_eq!(text.len(), BYTES);
        assert!(!text.contains(['"', '\\', '<', '&']), "no server has to escape it");
        let frame = format!("{{\"seq\":17,\"text\":\"##k {text}\"}}");
        assert_eq!(find(frame.as_bytes()).map(|found| found.0), Some(0xabc_1234));
        assert_eq!(number_after(frame.as_bytes(), b"\"seq\":").map(|found| found.0), Some(17));
        assert_eq!(find(b"#kz12"), None);
        assert_eq!(number_after(frame.as_bytes(), b"\"at\":"), None);
    }
}
