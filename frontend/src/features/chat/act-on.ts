import { randomUuid } from '@/lib/uuid';
import type { Live } from './live';
import type { Act } from './outbox';

/** Does something with a message that is there already: into the outbox, like a message. */
export function actOn(running: Live, room: string, act: Act, text = ''): void {
  void running.client.conversations.sender.write({ client: randomUuid(), room, text, reply_to: null, act });
}
