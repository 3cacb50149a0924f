//! Takes mails out of the outbox and sends them, again and again with growing pauses, until they have left or are of no use any more. Several
//! servers may do this at once: a mail is claimed for two minutes. Logs name a mail's row, never its address or text.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use lettre::message::Mailbox as Address;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use time::OffsetDateTime;

use super::Slot;
use super::mailbox::{Mailbox, Received};
use super::texts::ORIGIN;
use crate::delivery::Delivery;
use crate::metrics as metric;
use crate::store::outbox::{self, Due};
use crate::store::{Error, Store};

/// How often the outbox is looked at without a bell: mails of other processes, retries.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Mails taken at once: ten slow ones must end within the two minutes for which they are claimed.
const AT_ONCE: i64 = 8;
/// How long one conversation with the mail server may take.
const CONVERSATION: Duration = Duration::from_secs(10);
/// First and longest pause between two attempts.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(900);

/// What became of an attempt.
enum Attempt {
    Sent,
    /// Worth another try.
    Later(Option<u16>),
    /// The mail server will never take it.
    Never(Option<u16>),
}

/// Sends mails as long as its runtime lives.
pub struct Sender {
    store: Store,
    slot: Slot,
    way: Way,
    origin: String,
}

enum Way {
    Smtp { transport: Box<AsyncSmtpTransport<Tokio1Executor>>, from: Address },
    Mailbox(Arc<Mailbox>),
}

impl Sender {
    /// Prepares sending; opens no connection. `None` when mails are switched off.
    ///
    /// * `origin`: what stands in front of links, such as `https://pei.example.org`
    /// * `mailbox`: where mails go with [`Delivery::LocalMailbox`]
    ///
    /// # Errors
    /// When the settings cannot be used; the mail server's address is not quoted.
    pub fn new(
        delivery: &Delivery,
        store: Store,
        slot: Slot,
        origin: String,
        mailbox: Arc<Mailbox>,
    ) -> anyhow::Result<Option<Self>> {
        let way = match delivery {
            Delivery::Off => return Ok(None),
            Delivery::LocalMailbox => Way::Mailbox(mailbox),
            Delivery::Smtp { url, from } => {
                let url = std::str::from_utf8(url.expose()).context("read KAZUMI_SMTP_URL")?;
                let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .ok()
                    .context("KAZUMI_SMTP_URL is not the address of a mail server")?
                    .timeout(Some(CONVERSATION))
                    .build();
                Way::Smtp { transport: Box::new(transport), from: from.parse().context("read KAZUMI_MAIL_FROM")? }
            }
        };
        Ok(Some(Self { store, slot, way, origin }))
    }

    /// Begins, on the runtime of the database.
    pub fn start(self) {
        self.store.runtime().clone().spawn(async move {
            loop {
                match self.round().await {
                    // There may be more.
                    Ok(count) if i64::try_from(count).is_ok_and(|count| count >= AT_ONCE) => continue,
                    Ok(_) => {}
                    Err(error) => tracing::warn!(%error, "the outbox cannot be read"),
                }
                // Whether a bell rang or not, the outbox says what there is to do.
                let _ = tokio::time::timeout(LOOK_EVERY, self.slot.bell.notified()).await;
            }
        });
    }

    /// Sends what is due; returns how many mails that were.
    async fn round(&self) -> Result<usize, Error> {
        let due = outbox::claim(&self.store, AT_ONCE).await?;
        for mail in &due {
            self.handle(mail).await?;
        }
        metric::mails_waiting(outbox::waiting(&self.store).await?);
        Ok(due.len())
    }

    async fn handle(&self, mail: &Due) -> Result<(), Error> {
        let kind = mail.kind.as_str();
        if mail.late {
            metric::mail("failed");
            tracing::warn!(mail = %mail.id, kind, attempts = mail.attempts, "a mail was given up: too late");
            return outbox::forget(&self.store, mail.id).await;
        }
        match self.send(mail).await {
            Attempt::Sent => {
                metric::mail("sent");
                tracing::info!(mail = %mail.id, kind, attempts = mail.attempts, "a mail has left");
                outbox::forget(&self.store, mail.id).await
            }
            Attempt::Never(status) => {
                metric::mail("failed");
                tracing::warn!(mail = %mail.id, kind, status, "the mail server refused a mail for good");
                outbox::forget(&self.store, mail.id).await
            }
            Attempt::Later(status) => {
                metric::mail("retried");
                tracing::warn!(mail = %mail.id, kind, status, attempts = mail.attempts, "a mail could not be sent yet");
                outbox::postpone(&self.store, mail.id, pause(mail.attempts)).await
            }
        }
    }

    async fn send(&self, mail: &Due) -> Attempt {
        let text = mail.body.replace(ORIGIN, &self.origin);
        match &self.way {
            Way::Mailbox(mailbox) => {
                let (to, subject) = (mail.recipient.clone(), mail.subject.clone());
                mailbox.receive(Received { to, subject, text, at: OffsetDateTime::now_utc() });
                Attempt::Sent
            }
            Way::Smtp { transport, from } => {
                let Ok(to) = mail.recipient.parse::<Address>() else { return Attempt::Never(None) };
                let message = Message::builder()
                    .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
                    .from(from.clone())
                    .to(to)
                    .subject(&mail.subject)
                    .header(ContentType::TEXT_PLAIN)
                    .body(text);
                let Ok(message) = message else { return Attempt::Never(None) };
                match transport.send(message).await {
                    Ok(_) => Attempt::Sent,
                    // The server's words may hold the address, so only the number is kept.
                    Err(error) if error.is_permanent() => Attempt::Never(error.status().map(u16::from)),
                    Err(error) => Attempt::Later(error.status().map(u16::from)),
                }
            }
        }
    }
}

/// 5 s, then twice as long each time, a quarter of an hour at most.
fn pause(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or_default().min(16);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        assert_eq!([0, 1, 2, 3].map(pause), [5, 5, 10, 20].map(Duration::from_secs));
        assert_eq!(pause(i32::MAX), LONGEST_PAUSE);
    }
}
