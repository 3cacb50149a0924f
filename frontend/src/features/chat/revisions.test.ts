import { expect, it } from 'vitest';
import type { ChatEvent } from './protocol';
import { applyEvents, applyPage, attach, emptyRoom, eventAt } from './room-state';
import { event, info } from './testing/room';

const about = (seq: number, kind: string, target: number, more: Partial<ChatEvent> = {}): ChatEvent => {
  const { text: _, ...silent } = event(seq, { message_no: 3, kind, target });
  return { ...silent, ...more };
};

/** A room that holds messages 1 to 3, and hears these events. */
function hears(...events: ChatEvent[]) {
  const begin = { ...attach(emptyRoom('sala'), 1, 0, []), info: info() };
  const held = applyEvents(begin, [event(1), event(2), event(3)], 'ana').state;
  return applyEvents(held, events, 'ana').state;
}

it('a message says its last words, whichever way it is told', () => {
  const state = hears(about(4, 'edited', 2, { text: 'um' }), about(5, 'edited', 2, { text: 'dois' }));
  expect(eventAt(state, 2)).toMatchObject({ text: 'dois', edited_seq: 5 });
  expect(eventAt(state, 1)?.edited_seq).toBeUndefined();
  const asRead = hears(about(4, 'edited', 2), about(5, 'edited', 2, { text: 'dois' }));
  expect(eventAt(asRead, 2)?.text).toBe('dois');
});

it('what was taken back stays nowhere, and cannot be changed any more', () => {
  const state = hears(
    about(4, 'edited', 3, { text: 'segredo' }),
    about(5, 'deleted', 3),
    about(6, 'edited', 3, { text: 'tarde' }),
  );
  expect(eventAt(state, 3)).toMatchObject({ deleted_seq: 5 });
  expect(JSON.stringify(state)).not.toMatch(/segredo|texto 3|tarde/);
  expect(state.info?.last_message).toMatchObject({ seq: 3 });
  expect(state.info?.last_message?.text).toBeUndefined();
});

it('each person has one reaction to a message: the last', () => {
  const by = (user: string, seq: number, reaction?: 'like' | 'love') =>
    about(seq, 'reacted', 1, { user, ...(reaction ? { reaction } : {}) });
  const state = hears(by('bia', 4, 'like'), by('ana', 5, 'like'), by('bia', 6, 'love'), by('ana', 7));
  expect(eventAt(state, 1)?.reactions).toEqual({ bia: 'love' });
});

it('what is said about an older message waits until that is read', () => {
  const begin = { ...attach(emptyRoom('sala'), 1, 3, []), info: info() };
  const late = [about(4, 'reacted', 1, { user: 'ana', reaction: 'love' as const }), about(5, 'deleted', 2)];
  const state = applyEvents(begin, late, 'ana').state;
  const paged = applyPage(state, [event(1), event(2), event(3)], true);
  expect(eventAt(paged, 1)?.reactions).toEqual({ ana: 'love' });
  expect(eventAt(paged, 2)?.text).toBeUndefined();
  expect(eventAt(paged, 3)?.text).toBe('texto 3');
});
