//! What a change of ties does to what one person sees of one student: computed from their grants before and after, never guessed.

use time::OffsetDateTime;

use crate::domain::pei::Section;
use crate::domain::permission::{Access, Area, Grant};

/// What changes in one section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SectionChange {
    /// The section.
    pub section: Section,
    /// What was allowed, or would have been.
    pub before: Option<Access>,
    /// What is allowed.
    pub after: Option<Access>,
}

/// What changes in one stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Change {
    /// From when; `None` is at once.
    pub from: Option<OffsetDateTime>,
    /// Until when it differs; `None` is until further notice.
    pub until: Option<OffsetDateTime>,
    /// In the plan's order; never empty.
    pub sections: Vec<SectionChange>,
    /// Whether the person saw anything of the student, or would have.
    pub saw: bool,
    /// Whether the person sees anything, in these or in other sections.
    pub sees: bool,
}

/// The difference between two lists of grants of one person for one student, from `now` on, in order of time. Neighbouring stretches with the
/// same difference are one.
#[must_use]
pub fn changes(before: &[Grant], after: &[Grant], now: OffsetDateTime) -> Vec<Change> {
    let mut edges: Vec<OffsetDateTime> = before
        .iter()
        .chain(after)
        .flat_map(|grant| [Some(grant.period.from), grant.period.to])
        .flatten()
        .filter(|&edge| edge > now)
        .collect();
    edges.push(now);
    edges.sort_unstable();
    edges.dedup();
    let mut found: Vec<Change> = Vec::new();
    for (index, &edge) in edges.iter().enumerate() {
        let until = edges.get(index + 1).copied();
        let sections = at(before, after, edge);
        let any = |grants: &[Grant]| grants.iter().any(|grant| grant.period.contains(edge));
        let change = Change { from: (edge > now).then_some(edge), until, sections, saw: any(before), sees: any(after) };
        let same = |last: &Change| (&last.sections, last.saw, last.sees) == (&change.sections, change.saw, change.sees);
        match found.last_mut() {
            Some(last) if last.until == Some(edge) && same(last) => last.until = until,
            _ if change.sections.is_empty() => {}
            _ => found.push(change),
        }
    }
    found
}

fn at(before: &[Grant], after: &[Grant], instant: OffsetDateTime) -> Vec<SectionChange> {
    let access = |grants: &[Grant], section| {
        let area = Area::Section(section);
        grants.iter().filter(|grant| grant.area == area && grant.period.contains(instant)).map(|g| g.access).max()
    };
    let changes = Section::ALL.iter().map(|&section| SectionChange {
        section,
        before: access(before, section),
        after: access(after, section),
    });
    changes.filter(|change| change.before != change.after).collect()
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::domain::ids::UserId;
    use crate::domain::permission::Period;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn day(number: i64) -> OffsetDateTime {
        NOW + Duration::days(number)
    }

    fn grant(access: Access, from: i64, to: Option<i64>) -> Grant {
        let period = Period { from: day(from), to: to.map(day) };
        Grant {
            user: UserId(uuid::Uuid::nil()),
            area: Area::Section(Section::Goals),
            access,
            period,
            sees_accesses: false,
        }
    }

    fn change(from: Option<i64>, until: Option<i64>, before: Option<Access>, after: Option<Access>) -> Change {
        let sections = vec![SectionChange { section: Section::Goals, before, after }];
        let (saw, sees) = (before.is_some(), after.is_some());
        Change { from: from.map(day), until: until.map(day), sections, saw, sees }
    }

    #[test]
    fn an_end_now_is_a_loss_at_once_and_for_good() {
        let before = [grant(Access::Write, -9, None)];
        assert_eq!(changes(&before, &[], NOW), [change(None, None, Some(Access::Write), None)]);
        let after = [grant(Access::Write, -9, Some(0))];
        assert_eq!(changes(&before, &after, NOW), [change(None, None, Some(Access::Write), None)]);
    }

    #[test]
    fn an_end_on_a_date_is_a_loss_from_that_date() {
        let (before, after) = ([grant(Access::Read, -9, None)], [grant(Access::Read, -9, Some(3))]);
        assert_eq!(changes(&before, &after, NOW), [change(Some(3), None, Some(Access::Read), None)]);
    }

    #[test]
    fn what_another_tie_still_allows_is_no_loss() {
        let both = [grant(Access::Read, -9, None), grant(Access::Write, -9, Some(5))];
        assert_eq!(changes(&both, &both[..1], NOW), [change(None, Some(5), Some(Access::Write), Some(Access::Read))]);
        assert_eq!(changes(&both[..1], &[both[0], grant(Access::Read, -3, Some(2))], NOW), []);
    }

    #[test]
    fn a_gain_for_some_time_ends_by_itself_and_the_past_does_not_count() {
        let gain =
            [grant(Access::Write, 2, Some(4)), grant(Access::Write, 4, Some(6)), grant(Access::Read, -9, Some(-1))];
        assert_eq!(changes(&[], &gain, NOW), [change(Some(2), Some(6), None, Some(Access::Write))]);
    }
}
