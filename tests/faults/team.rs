//! People who type in a document until they are told to stop, and somebody who watches. Whatever becomes of their sockets, they
//! come back and send again what was not acknowledged, as every client does.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::diary::Diary;
use super::door::{Door, Wish};
use super::writer::Writer;
use crate::collaboration::document_of;
use crate::collaboration::raw::Heard;
use crate::support::{TestServer, eventually};

/// Who writes: both may write the sections that the tests use.
const PEOPLE: [&str; 2] = ["luciana.prado", "rafael.meira"];

/// Writers and a watcher of one document.
pub struct Team {
    door: Arc<Door>,
    wish: watch::Sender<Wish>,
    writers: JoinSet<()>,
    watcher: JoinSet<()>,
}

impl Team {
    /// Sits down so many writers and a watcher, who begin at once; each writer has at most `ahead` edits unacknowledged.
    pub async fn sit_down(
        server: &TestServer,
        section: &str,
        writers: usize,
        ahead: usize,
        diary: &Arc<Diary>,
    ) -> Self {
        let first = server.login(PEOPLE[0]).await;
        let document = document_of(&first, "Lara", section).await;
        let door = Door::new(server.ws_url("/ws/collab"), document);
        let mut team = Self {
            door,
            wish: watch::Sender::new(Wish::Type(ahead)),
            writers: JoinSet::new(),
            watcher: JoinSet::new(),
        };
        team.sign_in(server).await;
        team.watcher.spawn(watch_on(Arc::clone(&team.door), Arc::clone(diary), team.wish.subscribe()));
        for place in 0..writers {
            let writer = Writer::new(&team.door, diary, team.wish.subscribe(), place);
            team.writers.spawn(writer.work());
        }
        team
    }

    /// Everybody gets a fresh access token, for the next time they come in.
    pub async fn sign_in(&self, server: &TestServer) {
        let mut tokens = Vec::new();
        for person in PEOPLE {
            tokens.push(server.login(person).await.access_token);
        }
        self.door.use_tokens(tokens);
    }

    /// From now on each writer has at most so many edits unacknowledged.
    pub fn type_ahead(&self, ahead: usize) {
        self.wish.send_replace(Wish::Type(ahead));
    }

    /// Waits until everybody has read to the end what a server that died has sent. Nobody comes back before another runs.
    pub async fn is_cut_off(&self) {
        eventually("everybody has noticed", async || (self.door.seated() == 0).then_some(())).await;
    }

    /// Waits until every edit is acknowledged, then everybody goes.
    pub async fn finish(mut self) {
        self.wish.send_replace(Wish::Finish);
        ended(&mut self.writers).await;
        self.leave().await;
    }

    /// Everybody goes once the server has received what they sent, acknowledged or not.
    pub async fn leave(mut self) {
        self.wish.send_replace(Wish::Leave);
        ended(&mut self.writers).await;
        ended(&mut self.watcher).await;
    }
}

async fn ended(clients: &mut JoinSet<()>) {
    let all = async {
        while let Some(ended) = clients.join_next().await {
            ended.expect("no client panicked");
        }
    };
    tokio::time::timeout(super::RECOVERY, all).await.expect("everybody's edits are acknowledged in the end");
}

/// Writes down everything that the server shows, to the last.
async fn watch_on(door: Arc<Door>, diary: Arc<Diary>, mut wish: watch::Receiver<Wish>) {
    while let Some(mut seat) = door.enter(1, &wish).await {
        if seat.client.sync(0, &[0]).await.is_err() {
            continue;
        }
        loop {
            let heard = tokio::select! {
                heard = seat.client.hear() => heard,
                _ = wish.wait_for(|wish| *wish == Wish::Leave) => return,
            };
            match heard {
                Heard::Update(update) | Heard::Step2(update) => diary.shown(&update),
                Heard::Ended(_) | Heard::Closed(_) => break,
                _ => {}
            }
        }
    }
}
