//! Who asks: for the grants, and for the record.

use super::audit::{Action, Event, Outcome};
use crate::domain::ids::{LoginSessionId, UserId};

/// Who asks, for the grants and for the record.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The person.
    pub user: UserId,
    /// The device.
    pub session: LoginSessionId,
    /// The request.
    pub request_id: String,
}

impl Asker {
    /// An event of this request, about nobody's data in particular.
    #[must_use]
    pub fn event(&self, action: Action, outcome: Outcome) -> Event {
        Event {
            actor: Some(self.user),
            session: Some(self.session),
            request_id: Some(self.request_id.clone()),
            ..Event::new(action, outcome)
        }
    }
}
