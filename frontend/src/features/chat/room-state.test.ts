import { describe, expect, it } from 'vitest';
import * as room from './room-state';
import { event, events, info, member } from './testing/room';

const attached = (from: number, held = events(1, from)) => ({
  ...room.attach(room.emptyRoom('sala'), 1, from, [member('ana'), member('bia')]),
  info: info({ last_seq: from, message_count: from }),
  events: held,
});

describe('events', () => {
  it('are applied in order, and once', () => {
    const first = room.applyEvents(attached(2), events(1, 4), 'ana');
    expect(first.fresh.map(({ seq }) => seq)).toEqual([3, 4]);
    expect(room.applyEvents(first.state, events(3, 4), 'ana').state).toBe(first.state);
  });

  it('are not applied behind a gap', () => {
    const applied = room.applyEvents(attached(2), events(4, 5), 'ana');
    expect(applied).toMatchObject({ gap: true, fresh: [] });
    expect(applied.state.cursor).toBe(2);
  });

  it('of others make unread, and whoever writes has read', () => {
    const theirs = room.applyEvents(attached(2), [event(3)], 'ana').state;
    expect(room.unread(theirs.info)).toBe(3);
    const mine = room.applyEvents(theirs, [event(4, { user: 'ana' })], 'ana').state;
    expect(room.unread(mine.info)).toBe(0);
    expect(mine.info?.last_message).toMatchObject({ seq: 4, user: 'ana' });
  });

  it('bring and take members', () => {
    const came = event(3, { kind: 'member_added', user: 'joana', name: 'Joana' });
    const state = room.applyEvents(attached(2), [came], 'ana').state;
    expect(state.members.map(({ user }) => user)).toEqual(['ana', 'bia', 'joana']);
    const left = room.applyEvents(state, [event(4, { kind: 'member_removed', user: 'joana' })], 'ana').state;
    expect(left.members.map(({ user }) => user)).toEqual(['ana', 'bia']);
  });
});

describe('being attached', () => {
  it('at the cursor keeps what is held', () => {
    expect(room.attach(attached(2), 1, 2, []).events).toHaveLength(2);
  });

  it('elsewhere, or in another epoch, forgets it', () => {
    for (const [epoch, from] of [
      [1, 9],
      [2, 2],
      [1, 1],
    ] as const)
      expect(room.attach(attached(2), epoch, from, []), `${epoch}/${from}`).toMatchObject({
        events: [],
        cursor: from,
        generation: 2,
      });
  });
});

describe('a page of history', () => {
  it('is put in front when it ends right before what is held', () => {
    const state = room.applyPage(attached(9, events(6, 9)), events(3, 5), false);
    expect(state.events.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(room.historyBefore(state)).toBe(3);
  });

  it('is left out when something would be missing in between', () => {
    const state = attached(9, events(6, 9));
    expect(room.applyPage(state, events(2, 4), true)).toBe(state);
  });

  it('says that nothing stands before it', () => {
    expect(room.historyBefore(room.applyPage(attached(2), [], true))).toBeNull();
  });
});

describe('marks', () => {
  it('of my other device lower what is unread here, and never go back', () => {
    const state = attached(5);
    const read = room.applyMark(state, { user: 'ana', read_seq: 4, received_seq: 5, read_no: 4 }, 'ana');
    expect(room.unread(read.info)).toBe(1);
    expect(room.unread(room.applyMark(read, { user: 'ana', read_seq: 1, received_seq: 1 }, 'ana').info)).toBe(1);
  });

  it('of an inbox that is older do not bring anything back', () => {
    const state = room.applyMark(attached(5), { user: 'ana', read_seq: 5, received_seq: 5, read_no: 5 }, 'ana');
    expect(room.unread(room.applyInbox(state, info({ message_count: 5 })).info)).toBe(0);
  });

  it('of another epoch replace everything', () => {
    const state = attached(5);
    expect(room.applyInbox(state, info({ epoch: 2, message_count: 1 })).info?.message_count).toBe(1);
  });
});

it('an event is found by its sequence, wherever the list begins', () => {
  const state = attached(9, events(6, 9));
  expect(room.eventAt(state, 7)?.seq).toBe(7);
  expect(room.eventAt(state, 5)).toBeUndefined();
});
