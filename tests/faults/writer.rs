//! Somebody who types tokens, waits for acknowledgements, comes back when the socket has ended, and sends again what was not
//! acknowledged.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::sync::watch;

use super::diary::Diary;
use super::door::{Door, Wish};
use crate::collaboration::raw::{Heard, RawClient, Scribe};

static WRITERS: AtomicUsize = AtomicUsize::new(0);

/// The socket has ended.
struct Gone;

/// Somebody who types.
pub struct Writer {
    door: Arc<Door>,
    diary: Arc<Diary>,
    wish: watch::Receiver<Wish>,
    place: usize,
    name: usize,
    scribe: Scribe,
    typed: u64,
    /// Sent and not acknowledged, in order.
    waiting: VecDeque<(String, Bytes)>,
}

impl Writer {
    /// Somebody who has not typed yet.
    pub fn new(door: &Arc<Door>, diary: &Arc<Diary>, wish: watch::Receiver<Wish>, place: usize) -> Self {
        Self {
            door: Arc::clone(door),
            diary: Arc::clone(diary),
            wish,
            place,
            name: WRITERS.fetch_add(1, Ordering::Relaxed),
            scribe: Scribe::new(),
            typed: 0,
            waiting: VecDeque::new(),
        }
    }

    /// Types until it is time to go.
    pub async fn work(mut self) {
        while let Some(mut seat) = self.door.enter(self.place, &self.wish).await {
            if self.type_on(&mut seat.client).await.is_ok() {
                return;
            }
        }
    }

    /// One life of a socket. `Ok` when the work is done.
    async fn type_on(&mut self, client: &mut RawClient) -> Result<(), Gone> {
        for (_, update) in &self.waiting {
            client.update(update).await.map_err(|_| Gone)?;
        }
        loop {
            let wish = *self.wish.borrow_and_update();
            match wish {
                Wish::Type(ahead) if self.waiting.len() < ahead => {
                    self.type_one(client).await?;
                    continue;
                }
                Wish::Finish if self.waiting.is_empty() => return Ok(()),
                Wish::Leave => return self.make_sure(client).await,
                Wish::Type(_) | Wish::Finish => {}
            }
            tokio::select! {
                heard = client.hear() => self.take(&heard)?,
                changed = self.wish.changed() => changed.expect("the team outlives its writers"),
            }
        }
    }

    async fn type_one(&mut self, client: &mut RawClient) -> Result<(), Gone> {
        let token = format!("<{}.{}>", self.name, self.typed);
        self.typed += 1;
        let update = self.scribe.write(&token);
        self.diary.sent(&token);
        self.waiting.push_back((token, update.clone()));
        client.update(&update).await.map_err(|_| Gone)
    }

    fn take(&mut self, heard: &Heard) -> Result<(), Gone> {
        match heard {
            Heard::Saved(true) => {
                let (token, _) = self.waiting.pop_front().expect("an acknowledgement has an edit");
                self.diary.acknowledged(token);
                Ok(())
            }
            Heard::Saved(false) => panic!("an honest writer was refused"),
            Heard::Ended(reason) if reason.contains("forbidden") => panic!("an honest writer was sent away: {reason}"),
            Heard::Ended(_) | Heard::Closed(_) => Err(Gone),
            _ => Ok(()),
        }
    }

    /// The answer to a question that was asked after the edits says that the server has them. What else is heard until then
    /// counts too.
    async fn make_sure(&mut self, client: &mut RawClient) -> Result<(), Gone> {
        client.sync(0, &[0]).await.map_err(|_| Gone)?;
        loop {
            let heard = client.hear().await;
            if let Heard::Step2(_) = heard {
                self.diary.received(self.waiting.iter().map(|(token, _)| token));
                return Ok(());
            }
            self.take(&heard)?;
        }
    }
}
