//! Follows one update through integration without doing it: which struct would come when, and where it would go.
//!
//! Must agree with the order in which yrs integrates (a struct waits for its origins and its parent, clients one after
//! the other): what passes here leaves nothing pending there. Must also refuse the shapes for which yrs has no answer:
//! rings of structs that wait for each other, neighbours in different parents, children of text, text among keys. Read next: `gate.rs`.

use super::cost::{self, Bounds};
use super::gate_error::GateError;
use super::known::{Known, Overlay, Parent, Place, SharedType};
use super::limits::{MAX_MARKS, MAX_TYPE_DEPTH};
use super::ranges::Deletions;
use super::summary::{Anchor, ClientId, Id, Kind, Struct, UpdateSummary};
use std::cell::OnceCell;

pub(super) enum Stop {
    Missing,
    Refused(GateError),
}

/// What `update` would add to `base`.
pub(super) fn walk(base: &Known, update: &UpdateSummary, bounds: Bounds) -> Result<Known, Stop> {
    let mut walk = Walk {
        update,
        bounds,
        overlay: Overlay::over(base),
        cursors: (0..update.blocks.len()).map(|section| update.first_struct(section)).collect(),
        waiting: vec![false; update.blocks.len()],
        doomed: OnceCell::new(),
    };
    if walk.overlay.add_marks(&update.marks) > MAX_MARKS && bounds == Bounds::Checked {
        return Err(Stop::Refused(GateError::TooManyMarks));
    }
    for section in 0..update.blocks.len() {
        walk.section(section)?;
    }
    for range in &update.deletions {
        if range.end() > walk.overlay.next(range.client) {
            return Err(Stop::Missing);
        }
        if !base.deletes(range.client, range.start, range.end()) {
            cost::cut(&mut walk.overlay, range);
        }
    }
    let mut added = walk.overlay.added;
    for range in &update.deletions {
        added.delete(range.client, range.start, range.end());
    }
    Ok(added)
}

/// True when `added` holds nothing but deletions that `base` has too.
pub(super) fn adds_nothing(base: &Known, update: &UpdateSummary) -> bool {
    update.blocks.iter().all(|range| range.end() <= base.next(range.client))
        && update.deletions.iter().all(|range| base.deletes(range.client, range.start, range.end()))
}

struct Walk<'a> {
    update: &'a UpdateSummary,
    bounds: Bounds,
    overlay: Overlay<'a>,
    /// Next struct of each section.
    cursors: Vec<usize>,
    /// Sections whose next struct waits for another section.
    waiting: Vec<bool>,
    /// Filled when first needed, which is next to never.
    doomed: OnceCell<Deletions>,
}

impl Walk<'_> {
    /// Integrates all of one section, and of others only what it waits for. Each turn of the loop either finishes a
    /// struct or adds a section to the stack, so the whole update costs linear time.
    fn section(&mut self, section: usize) -> Result<(), Stop> {
        let mut stack = vec![section];
        while let Some(&top) = stack.last() {
            let client = self.update.blocks[top].client;
            if self.cursors[top] == self.update.ends[top] {
                self.leave(&mut stack);
                continue;
            }
            let next = &self.update.structs[self.cursors[top]];
            let known = self.overlay.next(client);
            if next.clock > known {
                return Err(Stop::Missing);
            }
            if next.end() > known {
                if let Some(missing) = next.anchor.needs().find(|&id| !self.overlay.knows(id)) {
                    stack.push(self.provider(missing, top)?);
                    self.waiting[top] = true;
                    continue;
                }
                self.integrate(client, next)?;
            }
            self.cursors[top] += 1;
            if stack.len() > 1 {
                self.leave(&mut stack);
            }
        }
        Ok(())
    }

    fn leave(&mut self, stack: &mut Vec<usize>) {
        stack.pop();
        if let Some(&top) = stack.last() {
            self.waiting[top] = false;
        }
    }

    /// The section of this update that will define `missing`.
    fn provider(&self, missing: Id, top: usize) -> Result<usize, Stop> {
        let (client, clock) = missing;
        match self.update.section(client) {
            Some(section) if clock < self.update.blocks[section].end() => {
                if section == top || self.waiting[section] {
                    return Err(Stop::Refused(GateError::Ring));
                }
                Ok(section)
            }
            _ => Err(Stop::Missing),
        }
    }

    fn integrate(&mut self, client: ClientId, found: &Struct) -> Result<(), Stop> {
        let known = self.overlay.next(client);
        let mut place = self.place(found)?;
        // yrs hangs the unknown rest of a struct onto its known beginning.
        if found.clock < known && found.kind != Kind::Collected {
            place = self.join(self.overlay.place((client, known - 1)), place)?;
        }
        if let Place::In(parent, key) = place {
            cost::charge(&mut self.overlay, self.bounds, client, found, (parent, key)).map_err(Stop::Refused)?;
        }
        match (found.kind, place) {
            (Kind::Collected | Kind::Deleted, _) => self.overlay.added.delete(client, known, found.end()),
            (_, Place::Gone) => {}
            (Kind::TextType | Kind::Container, Place::In(parent, _)) => {
                let depth = 1 + self.parent(parent).map_or(0, |parent| parent.depth);
                if usize::from(depth) > MAX_TYPE_DEPTH {
                    return Err(Stop::Refused(GateError::TooDeep));
                }
                let holds_text = found.kind == Kind::TextType;
                self.overlay.add_type((client, found.clock), SharedType { depth, holds_text });
            }
            (Kind::Text, Place::In(parent, key)) => {
                let no_text = |parent: SharedType| !parent.holds_text;
                if key.is_some() || self.parent(parent).is_some_and(no_text) {
                    return Err(Stop::Refused(GateError::Misplaced));
                }
            }
            // yrs splits such a struct when only its end is deleted, loses sight of the beginning, and then keeps a link from
            // it to freed memory. Yjs writes one only when it is deleted as a whole but kept for undo.
            (Kind::Value, Place::In(_, Some(_))) if found.end() - known > 1 => {
                if !self.doomed().covers(client, known, found.end()) {
                    return Err(Stop::Refused(GateError::Misplaced));
                }
            }
            (Kind::Value, _) => {}
        }
        self.overlay.extend(client, found.end(), place);
        Ok(())
    }

    /// What the update itself deletes.
    fn doomed(&self) -> &Deletions {
        self.doomed.get_or_init(|| {
            let mut doomed = Deletions::default();
            self.update.deletions.iter().for_each(|range| doomed.insert(range.client, range.start, range.end()));
            doomed
        })
    }

    /// The shared type that `parent` is, unless it is a root (whose type is not written down anywhere).
    fn parent(&self, parent: Parent) -> Option<SharedType> {
        match parent {
            Parent::Root(_) => None,
            Parent::Type(id) => self.overlay.shared_type(id),
        }
    }

    fn place(&self, found: &Struct) -> Result<Place, Stop> {
        match found.anchor {
            Anchor::None => Ok(Place::Gone),
            Anchor::Root(name, key) => Ok(Place::In(Parent::Root(name), key)),
            Anchor::Child(id, key) if self.overlay.shared_type(id).is_some() => Ok(Place::In(Parent::Type(id), key)),
            Anchor::Child(id, _) if self.overlay.is_gone(id) => Ok(Place::Gone),
            Anchor::Child(..) => Err(Stop::Refused(GateError::NotAParent)),
            Anchor::Beside(Some(left), Some(right)) => self.join(self.overlay.place(left), self.overlay.place(right)),
            Anchor::Beside(left, right) => Ok(left.or(right).map_or(Place::Gone, |id| self.overlay.place(id))),
        }
    }

    /// The one place that two neighbours share. Parents are collected with all their children, so one neighbour cannot be
    /// gone without the other; yrs would show such a struct until the next load and then lose it.
    fn join(&self, left: Place, right: Place) -> Result<Place, Stop> {
        match left == right {
            true => Ok(left),
            false => Err(Stop::Refused(GateError::MixedPlaces)),
        }
    }
}
