//! Whose client ids are whose in one document: the first who writes under an id owns it, the ids of queued updates included. Bounded,
//! because each id stays in the document for ever and in every state vector: a browser makes one for each page that is opened and
//! written in, a hostile one could make thousands a second and so make the document too large to ask for.

use std::collections::HashMap;

use super::verdict::Refusal;
use crate::crdt::ClientId;
use crate::crdt::seed::SEED_CLIENT;
use crate::domain::ids::UserId;

/// New ids in one update: pages that were written in offline one after the other.
const NEW_IN_ONE: usize = 256;
/// Ids of one person: twenty pages on every school day of a year.
const OF_ONE_PERSON: usize = 4_096;
/// Ids of a document: below what a state vector may name ([`crate::crdt::limits::MAX_CLIENTS`]).
const IN_ALL: usize = 12_288;

/// The table of one document.
pub struct Owners {
    by_client: HashMap<ClientId, UserId>,
    by_user: HashMap<UserId, usize>,
}

impl Owners {
    /// The table as it is stored.
    pub fn new(stored: HashMap<ClientId, UserId>) -> Self {
        let mut by_user = HashMap::new();
        for user in stored.values() {
            *by_user.entry(*user).or_default() += 1;
        }
        Self { by_client: stored, by_user }
    }

    /// Whose this id is, if anybody's.
    pub fn of(&self, client: ClientId) -> Option<UserId> {
        self.by_client.get(&client).copied()
    }

    /// Whether a person may write under these ids; those among them that nobody has yet.
    ///
    /// # Errors
    /// `ForeignClient` when one is somebody else's or the seed's, `TooLarge` when they become too many.
    pub fn admit(&self, user: UserId, writing: &[ClientId]) -> Result<Vec<ClientId>, Refusal> {
        let is_foreign = |client: ClientId| client == SEED_CLIENT || self.of(client).is_some_and(|owner| owner != user);
        // What the seed wrote is nobody's, and stays so.
        if writing.iter().any(|client| is_foreign(*client)) {
            return Err(Refusal::ForeignClient);
        }
        let new: Vec<_> = writing.iter().copied().filter(|client| self.of(*client).is_none()).collect();
        let of_person = self.by_user.get(&user).copied().unwrap_or_default() + new.len();
        let too_many = new.len() > NEW_IN_ONE || of_person > OF_ONE_PERSON || self.by_client.len() + new.len() > IN_ALL;
        if too_many && !new.is_empty() { Err(Refusal::TooLarge) } else { Ok(new) }
    }

    /// Gives ids that were admitted to a person.
    pub fn bind(&mut self, user: UserId, new: &[ClientId]) {
        for client in new {
            if self.by_client.insert(*client, user).is_none() {
                *self.by_user.entry(user).or_default() += 1;
            }
        }
    }

    /// Frees an id whose only updates were refused by the store.
    pub fn release(&mut self, client: ClientId) {
        if let Some(user) = self.by_client.remove(&client)
            && let Some(count) = self.by_user.get_mut(&user)
        {
            *count -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_belongs_to_its_first_writer_and_the_seeds_to_nobody() {
        let (ana, rui) = (UserId::generate(), UserId::generate());
        let mut owners = Owners::new(HashMap::from([(7, ana)]));
        assert_eq!(owners.admit(ana, &[7, 8]), Ok(vec![8]));
        owners.bind(ana, &[8]);
        assert_eq!(owners.admit(rui, &[9, 8]), Err(Refusal::ForeignClient));
        assert_eq!(owners.admit(ana, &[SEED_CLIENT]), Err(Refusal::ForeignClient));
        owners.release(8);
        assert_eq!(owners.admit(rui, &[8]), Ok(vec![8]));
    }

    #[test]
    fn ids_are_bounded_in_an_update_for_a_person_and_in_all() {
        let mut owners = Owners::new(HashMap::new());
        let person = UserId::generate();
        let ids = |from: u64, count: usize| (from..from + count as u64).collect::<Vec<_>>();
        assert_eq!(owners.admit(person, &ids(10, NEW_IN_ONE + 1)), Err(Refusal::TooLarge));
        owners.bind(person, &ids(10, OF_ONE_PERSON - 1));
        assert_eq!(owners.admit(person, &[5]), Ok(vec![5]));
        assert_eq!(owners.admit(person, &[5, 6]), Err(Refusal::TooLarge));
        assert_eq!(owners.admit(person, &[10, 11]), Ok(vec![]), "what one has one keeps");
        for turn in 1..3u64 {
            owners.bind(UserId::generate(), &ids(1_000_000 * turn, OF_ONE_PERSON));
        }
        assert_eq!(owners.admit(UserId::generate(), &[5]), Ok(vec![5]));
        assert_eq!(owners.admit(UserId::generate(), &[5, 6]), Err(Refusal::TooLarge));
        const { assert!(IN_ALL < crate::crdt::limits::MAX_CLIENTS) };
    }
}
