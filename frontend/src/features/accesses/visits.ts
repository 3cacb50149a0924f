import type { AccessEntry, SectionKey } from '@/api/types';
import { dayWords } from '@/lib/dates';

/** One person in one half hour, with every part that was opened in it. */
export interface Visit {
  key: string;
  userId: string;
  name: string;
  ties: AccessEntry['ties'];
  /** When the first of the parts was opened. */
  at: Date;
  /** In the order in which they were opened; null is a part whose name is not told. */
  sections: (SectionKey | null)[];
  /** While the record was open to the person in an emergency. */
  inEmergency: boolean;
}

export interface Day {
  title: string;
  visits: Visit[];
}

/** Entries as the server lists them (newest first) as people tell it: by day, and who came rather than what was clicked. */
export function daysOf(entries: readonly AccessEntry[], now: Date = new Date()): Day[] {
  const visits = new Map<string, Visit>();
  for (const entry of entries) {
    const key = `${entry.slot} ${entry.user_id}`;
    const at = new Date(entry.first_at);
    const known = visits.get(key);
    if (known) {
      // Older than what is there already.
      known.at = at;
      known.inEmergency ||= entry.in_emergency;
      if (!known.sections.includes(entry.section)) known.sections.unshift(entry.section);
    } else {
      const { user_id: userId, name, ties, section, in_emergency: inEmergency } = entry;
      visits.set(key, { key, userId, name, ties, at, sections: [section], inEmergency });
    }
  }
  const days: Day[] = [];
  for (const visit of [...visits.values()].sort((a, b) => b.at.getTime() - a.at.getTime())) {
    const title = dayWords(visit.at, now);
    const last = days.at(-1);
    if (last?.title === title) last.visits.push(visit);
    else days.push({ title, visits: [visit] });
  }
  return days;
}
