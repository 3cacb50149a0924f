//! How mails leave: over SMTP, into the mailbox of `kazumi dev`, or not at all. Only the settings; the work is `mail`.

use crate::config::Secret;

/// Where mails go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Delivery {
    /// Nowhere: what needs a mail is refused.
    #[default]
    Off,
    /// To a mail server.
    Smtp {
        /// `smtps://user:password@host`, or `smtp://` with `?tls=required`; holds a password.
        url: Secret,
        /// The sender, such as `Kazumi <nao-responda@example.org>`.
        from: String,
    },
    /// Into the mailbox that only `kazumi dev` shows. No environment variable leads here.
    LocalMailbox,
}

impl Delivery {
    /// Reads the two variables.
    ///
    /// # Errors
    /// What is wrong, without quoting the address: it holds a password.
    pub fn read(url: Option<String>, from: Option<String>, has_origin: bool) -> Result<Self, &'static str> {
        let (url, from) = match (url, from) {
            (None, None) => return Ok(Self::Off),
            (Some(url), Some(from)) => (url, from),
            _ => return Err("KAZUMI_SMTP_URL and KAZUMI_MAIL_FROM belong together"),
        };
        if !is_protected(&url) {
            return Err(
                "KAZUMI_SMTP_URL must be smtps://… or smtp://…?tls=required; in clear only this machine may be reached",
            );
        }
        if from.parse::<lettre::message::Mailbox>().is_err() {
            return Err("KAZUMI_MAIL_FROM is not a sender like Kazumi <nao-responda@example.org>");
        }
        if !has_origin {
            return Err("KAZUMI_SMTP_URL needs KAZUMI_PUBLIC_ORIGINS: its first origin stands in the links");
        }
        Ok(Self::Smtp { url: Secret::new(url.into_bytes()), from })
    }
}

/// Mails hold secrets; they travel encrypted, or not beyond this machine.
fn is_protected(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("smtp://") else { return url.starts_with("smtps://") };
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_loopback = ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|name| host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])));
    is_loopback || query.split('&').any(|part| part == "tls=required")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, from: &str) -> Result<Delivery, &'static str> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Delivery::read(given(url), given(from), true)
    }

    #[test]
    fn mails_travel_encrypted_or_stay_on_this_machine() {
        let from = "Kazumi <nao-responda@example.org>";
        for url in [
            "smtps://user:word@mail.example.org",
            "smtp://mail.example.org:587?tls=required",
            "smtp://127.0.0.1:2525",
            "smtp://localhost",
        ] {
            assert!(matches!(read(url, from), Ok(Delivery::Smtp { .. })), "{url}");
        }
        for url in [
            "smtp://mail.example.org",
            "smtp://mail.example.org?tls=opportunistic",
            "smtp://localhost.example.org",
            "smtp://127.0.0.1@mail.example.org",
            "http://127.0.0.1",
        ] {
            assert!(read(url, from).is_err(), "{url}");
        }
    }

    #[test]
    fn both_variables_or_none_and_links_need_an_origin() {
        assert_eq!(read("", ""), Ok(Delivery::Off));
        assert!(read("smtp://localhost", "").is_err() && read("", "a@example.org").is_err());
        assert!(read("smtp://localhost", "nobody").is_err());
        assert!(Delivery::read(Some("smtp://localhost".to_owned()), Some("a@example.org".to_owned()), false).is_err());
    }
}
