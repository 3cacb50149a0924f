import type { ChatEvent } from './protocol';

/** Whether something is said about a message: changed, taken back, or reacted to. */
const isRevision = ({ kind, target }: ChatEvent) =>
  target !== undefined && (kind === 'edited' || kind === 'deleted' || kind === 'reacted');

/** A message after what is said about it. In the log's order, and the same again when it is said twice. */
function revised(message: ChatEvent, { kind, seq, user, text, reaction }: ChatEvent): ChatEvent {
  switch (kind) {
    case 'deleted':
      return { ...without(message), deleted_seq: message.deleted_seq ?? seq };
    case 'edited':
      // A change without words was followed by another, which the message knows already or will hear of.
      if (message.deleted_seq !== undefined || text === undefined || seq <= (message.edited_seq ?? 0)) return message;
      return { ...message, text, edited_seq: seq };
    case 'reacted': {
      if (user === undefined) return message;
      const { [user]: _, ...others } = message.reactions ?? {};
      return { ...message, reactions: reaction ? { ...others, [user]: reaction } : others };
    }
    default:
      return message;
  }
}

function without({ text: _, title: __, ...rest }: ChatEvent): ChatEvent {
  return rest;
}

/**
 * Events with what others of them say about them, from the sequence `from` on. What was taken back stays nowhere on this device, in earlier changes neither.
 * The events are in order and without a gap.
 */
export function fold(events: readonly ChatEvent[], from: number): readonly ChatEvent[] {
  const first = events[0]?.seq ?? 0;
  let folded: ChatEvent[] | null = null;
  const put = (index: number, event: ChatEvent) => {
    folded ??= [...events];
    folded[index] = event;
  };
  for (let index = Math.max(0, from - first); index < events.length; index += 1) {
    const event = events[index];
    if (!event || !isRevision(event)) continue;
    const at = (event.target ?? 0) - first;
    const message = (folded ?? events)[at];
    if (message) put(at, revised(message, event));
    // A change that crossed with taking back says nothing any more.
    if (event.kind === 'edited' && message?.deleted_seq !== undefined) put(index, without(event));
    if (event.kind !== 'deleted') continue;
    (folded ?? events).forEach((other, place) => {
      if (other.kind === 'edited' && other.target === event.target && other.text !== undefined)
        put(place, without(other));
    });
  }
  return folded ?? events;
}
