import { describe, expect, it } from 'vitest';
import * as box from './outbox';

const NONE = new Set<string>();
const draft = (client: string, room = 'sala') => ({ client, room, text: client, reply_to: null });
const outboxOf = (...clients: string[]) =>
  clients.reduce<box.Outbox>((all, client) => box.add(all, draft(client), 100), []);
const names = (items: readonly { client: string }[]) => items.map(({ client }) => client);

describe('what may be sent', () => {
  it('is one message of each room, in the order of writing', () => {
    const outbox = box.add(outboxOf('a', 'b'), draft('c', 'outra'), 100);
    expect(names(box.sendable(outbox, 100, 32, NONE))).toEqual(['a', 'c']);
    expect(names(box.sendable(box.sent(outbox, 'a'), 100, 32, NONE))).toEqual(['c']);
    expect(names(box.sendable(box.acked(outbox, 'a', 1), 100, 32, NONE))).toEqual(['b', 'c']);
  });

  it('is never more than the server takes without an answer', () => {
    const outbox = box.add(box.add(outboxOf('a'), draft('b', 'r2'), 100), draft('c', 'r3'), 100);
    expect(names(box.sendable(outbox, 100, 2, NONE))).toEqual(['a', 'b']);
  });

  it('is on the device first', () => {
    expect(box.sendable(outboxOf('a', 'b'), 100, 32, new Set(['a']))).toEqual([]);
  });
});

describe('a refusal', () => {
  it('for now waits as long as the server says, and nothing overtakes it', () => {
    const outbox = box.refused(box.sent(outboxOf('a', 'b'), 'a'), 'a', 'overloaded', 500, 1_000);
    expect(box.sendable(outbox, 1_499, 32, NONE)).toEqual([]);
    expect(box.nextDue(outbox, 1_000)).toBe(1_500);
    expect(names(box.sendable(outbox, 1_500, 32, NONE))).toEqual(['a']);
  });

  it('for good stays with its reason, and lets the next one pass', () => {
    const outbox = box.refused(box.sent(outboxOf('a', 'b'), 'a'), 'a', 'forbidden', 0, 1_000);
    expect(outbox[0]).toMatchObject({ state: 'failed', code: 'forbidden' });
    expect(names(box.sendable(outbox, 1_000, 32, NONE))).toEqual(['b']);
    expect(box.waiting(outbox)).toBe(1);
  });

  it('after seven days is for good', () => {
    const late = 101 + box.KEPT_MS;
    expect(box.refused(outboxOf('a'), 'a', 'overloaded', 500, late)[0]).toMatchObject({ code: box.TOO_OLD });
    expect(box.expired(outboxOf('a'), late)[0]).toMatchObject({ state: 'failed', code: box.TOO_OLD });
  });
});

it('a second attempt has the same name and stands behind what was written since', () => {
  const failed = box.refused(outboxOf('a', 'b'), 'a', 'internal', 0, 200);
  const outbox = box.again(failed, 'a', 300);
  expect(names(outbox)).toEqual(['b', 'a']);
  expect(outbox[1]).toMatchObject({ state: 'queued', code: null });
});

it('an event, by name or by place, ends the waiting', () => {
  const outbox = box.acked(outboxOf('a', 'b'), 'a', 7);
  expect(names(box.settled(outbox, 'sala', 6, new Set(['b'])))).toEqual(['a']);
  expect(names(box.settled(outbox, 'sala', 7, NONE))).toEqual(['b']);
});

it('what another tab left is taken over, and what is on its way from here is not sent twice', () => {
  const here = box.sent(outboxOf('a'), 'a');
  const stored = outboxOf('a', 'b');
  const outbox = box.merged(here, stored, NONE);
  expect(outbox.map(({ client, state }) => [client, state])).toEqual([
    ['a', 'sent'],
    ['b', 'queued'],
  ]);
  expect(box.merged(outboxOf('a'), [], NONE)).toEqual([]);
  expect(names(box.merged(outboxOf('a'), [], new Set(['a'])))).toEqual(['a']);
});
