import { expect, it } from 'vitest';
import { emptyRoom } from './room-state';
import { dividerOf, pendingOf, rowsBefore, rowsOf } from './rows';
import { event, events, info } from './testing/room';

const DAY = 86_400_000;

it('a day begins once, and one author has one name in one breath', () => {
  const rows = rowsOf([event(1, { at: DAY }), event(2, { at: DAY + 1_000 }), event(3, { at: 3 * DAY })], [], null);
  expect(rows.map((row) => [row.newDay, row.kind === 'event' && row.sameAuthor])).toEqual([
    [true, false],
    [false, true],
    [true, false],
  ]);
});

it('what waits stands once, behind the log', () => {
  const item = { client: 'c', room: 'sala', text: 'oi', reply_to: null, created: 1, code: null, due: 0, seq: null };
  const waiting = [{ ...item, state: 'queued' as const }];
  expect(rowsOf(events(1, 2), waiting, null).map(({ kind }) => kind)).toEqual(['event', 'event', 'waiting']);
  expect(rowsOf([event(1, { client: 'c' })], waiting, null)).toHaveLength(1);
});

it('what is done with a message is drawn there, and stands alone only when it went wrong', () => {
  const item = { client: 'c', room: 'sala', text: 'melhor', reply_to: null, created: 1, code: null, due: 0, seq: null };
  const change = { ...item, act: { kind: 'edit' as const, target: 2 } };
  expect(rowsOf(events(1, 2), [{ ...change, state: 'sent' }], null)).toHaveLength(2);
  expect(pendingOf([{ ...change, state: 'sent' }]).get(2)).toEqual({ text: 'melhor' });
  expect(rowsOf(events(1, 2), [{ ...change, state: 'failed' }], null)).toHaveLength(3);
  expect(pendingOf([{ ...change, state: 'failed' }]).size).toBe(0);
});

it('who comes in one run is told in one line, except where the list once began', () => {
  const came = [1, 2, 3].map((seq) => event(seq, { kind: 'member_added', message_no: 0 }));
  expect(rowsOf(came, [], null).map((row) => row.kind === 'event' && row.also.length)).toEqual([2]);
  expect(rowsOf(came, [], null, 3)).toHaveLength(2);
});

it('a kind of event that a newer server knows is passed over', () => {
  expect(rowsOf([event(1), event(2, { kind: 'poll' })], [], null)).toHaveLength(1);
});

it('what is new begins with the first message of somebody else that was not read', () => {
  const held = [event(1), event(2, { user: 'ana' }), event(3), event(4)];
  const state = { ...emptyRoom('sala'), events: held, info: info({ read_no: 1 }) };
  expect(dividerOf(state, 'ana')).toEqual({ seq: 3, count: 2 });
  expect(dividerOf({ ...state, info: info({ read_no: 4 }) }, 'ana')).toBeNull();
});

it('rows in front of a sequence are counted, so that the list stays where it is when older ones come', () => {
  expect(rowsBefore(rowsOf(events(3, 9), [], null), 6)).toBe(3);
  expect(rowsBefore(rowsOf([], [], null), 6)).toBe(0);
});
