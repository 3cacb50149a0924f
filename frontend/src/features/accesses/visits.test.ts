import { describe, expect, it } from 'vitest';
import type { AccessEntry } from '@/api/types';
import { daysOf } from './visits';

const now = new Date(2026, 10, 24, 16, 0);

function entry(day: number, minute: number, user: string, section: AccessEntry['section']): AccessEntry {
  const moment = (at: number) => new Date(2026, 10, day, 14, at).toISOString();
  const slot = moment(minute - (minute % 30));
  return { user_id: user, name: user, ties: [], section, slot, first_at: moment(minute), in_emergency: false };
}

describe('daysOf', () => {
  it('tells one visit where somebody opened several parts in one half hour', () => {
    const days = daysOf(
      [entry(24, 12, 'ana', 'metas'), entry(24, 11, 'bia', 'metas'), entry(24, 10, 'ana', 'ec_familia')],
      now,
    );
    expect(days).toHaveLength(1);
    expect(days[0]?.title).toBe('Hoje');
    expect(days[0]?.visits.map(({ name, sections }) => [name, sections])).toEqual([
      ['bia', ['metas']],
      ['ana', ['ec_familia', 'metas']],
    ]);
    expect(days[0]?.visits[1]?.at.getMinutes()).toBe(10);
  });

  it('keeps half hours and days apart', () => {
    const days = daysOf([entry(24, 31, 'ana', 'metas'), entry(24, 29, 'ana', 'metas'), entry(23, 5, 'ana', null)], now);
    expect(days.map(({ title, visits }) => [title, visits.length])).toEqual([
      ['Hoje', 2],
      ['Ontem', 1],
    ]);
    expect(days[1]?.visits[0]?.sections).toEqual([null]);
  });

  it('has no day without a visit', () => {
    expect(daysOf([], now)).toEqual([]);
  });
});
