import { expect, it } from 'vitest';
import { emptyRoom } from './room-state';
import { event, events, member } from './testing/room';
import { delivery } from './ticks';

const at = (read_seq: number, received_seq: number) => ({ read_seq, received_seq });
const state = (...others: ReturnType<typeof at>[]) => ({
  ...emptyRoom('sala'),
  events: events(1, 5),
  members: [member('ana'), ...others.map((marks, index) => member(`p${index}`, marks))],
});

it('goes from sent over received to read by all', () => {
  expect(delivery(state(at(0, 0), at(0, 5)), 5, 'ana').tick).toBe('sent');
  expect(delivery(state(at(0, 5), at(0, 5)), 5, 'ana').tick).toBe('received');
  expect(delivery(state(at(5, 5), at(0, 5)), 5, 'ana')).toEqual({
    tick: 'received',
    others: 2,
    readBy: 1,
    missing: ['p1'],
  });
  expect(delivery(state(at(5, 5), at(7, 7)), 5, 'ana')).toEqual({ tick: 'read', others: 2, readBy: 2, missing: [] });
});

it('does not wait for whoever came later, and is never read by nobody', () => {
  const later = event(6, { kind: 'member_added', user: 'p1' });
  const room = { ...state(at(5, 5), at(0, 0)), events: [...events(1, 5), later] };
  expect(delivery(room, 5, 'ana')).toMatchObject({ tick: 'read', others: 1 });
  expect(delivery(state(), 5, 'ana').tick).toBe('sent');
});
