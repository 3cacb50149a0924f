//! Opening a child's record in an emergency: the words it needs and how often. What it opens is `permission`, who may is `administration`.

/// Fewest characters of a reason: "ok" is none.
pub const FEWEST_REASON: usize = 20;
/// Most characters of a reason.
pub const MOST_REASON: usize = 500;
/// How many records one person opens within an hour. An emergency is about one child, at worst about a few.
pub const MOST_AN_HOUR: i64 = 5;

/// The reason as it is kept: without blanks around it.
///
/// # Errors
/// `too_short`, `too_long`, or `invalid` for control characters other than line breaks.
pub fn reason(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    match text.chars().count() {
        _ if text.chars().any(|c| c.is_control() && c != '\n') => Err("invalid"),
        ..FEWEST_REASON => Err("too_short"),
        FEWEST_REASON..=MOST_REASON => Ok(text.to_owned()),
        _ => Err("too_long"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_and_not_everything() {
        let said = "Convulsão no recreio, o SAMU pergunta.";
        assert_eq!(reason(&format!("  {said}\n")), Ok(said.to_owned()));
        assert_eq!(reason("urgente"), Err("too_short"));
        assert_eq!(reason(&" ".repeat(80)), Err("too_short"));
        assert_eq!(reason(&"ã".repeat(FEWEST_REASON)).map(|text| text.chars().count()), Ok(FEWEST_REASON));
        assert_eq!(reason(&"a".repeat(MOST_REASON + 1)), Err("too_long"));
        assert_eq!(reason(&format!("{said}\0")), Err("invalid"));
        assert!(reason(&format!("{said}\n{said}")).is_ok());
    }
}
