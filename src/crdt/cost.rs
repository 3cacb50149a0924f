//! What integrating an update would cost yrs, estimated from above before yrs sees it.
//!
//! To find the place of a struct, yrs (like Yjs) looks through what stands between its two neighbours, as long as that hangs from the
//! left one. Editors name neighbours that touch, so that there is nothing to look through but what was written there at the same
//! time. A hostile writer names neighbours far apart, thousands of times: 190 kB cost half a minute, again at each load. Whether two
//! neighbours touch cannot be told without the order of the document, which the gate does not keep; so each struct counts for all that
//! its place may hold (a paragraph, one key of a map), unless it continues its own client's last one: under that nothing hangs that
//! was not paid for. Must stay an upper bound. Read next: `walk.rs`.

use super::gate_error::GateError;
use super::known::{Overlay, Parent};
use super::limits::{MAX_DOCUMENT_STEPS, MAX_UPDATE_STEPS};
use super::summary::{Anchor, ClientId, ClockRange, NameKey, Struct};

/// Whether the bounds hold. What is stored was within them when it came and is never refused afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bounds {
    /// A received update.
    Checked,
    /// A stored one.
    Open,
}

/// Counts one struct that goes to a place, and what its place holds from now on.
pub(super) fn charge(
    overlay: &mut Overlay<'_>,
    bounds: Bounds,
    client: ClientId,
    found: &Struct,
    place: (Parent, Option<NameKey>),
) -> Result<(), GateError> {
    if continues_its_own(client, found) {
        overlay.grow(place, found.parts);
        return Ok(());
    }
    overlay.added.steps = overlay.added.steps.saturating_add(overlay.size(place));
    // It may stand inside another, which is cut in two.
    overlay.grow(place, found.parts.saturating_add(1));
    match bounds {
        Bounds::Checked if overlay.added.steps > MAX_UPDATE_STEPS || overlay.total_steps() > MAX_DOCUMENT_STEPS => {
            Err(GateError::TooCostly)
        }
        _ => Ok(()),
    }
}

/// Counts the two cuts that a deletion makes.
pub(super) fn cut(overlay: &mut Overlay<'_>, range: &ClockRange) {
    for clock in [range.start, range.end() - 1] {
        if let super::known::Place::In(parent, key) = overlay.place((range.client, clock)) {
            overlay.grow((parent, key), 1);
        }
    }
}

fn continues_its_own(client: ClientId, found: &Struct) -> bool {
    matches!(found.anchor, Anchor::Beside(Some(left), _) if found.clock > 0 && left == (client, found.clock - 1))
}
