import type { OutboxItem } from './outbox';
import type { ChatEvent, Member, RoomInfo } from './protocol';

/** The newest part of a room, as it is kept on the device. */
export interface KeptRoom {
  room: string;
  epoch: number;
  cursor: number;
  events: readonly ChatEvent[];
  complete: boolean;
  members: readonly Member[];
}

export interface KeptInbox {
  rooms: readonly RoomInfo[];
  /** When the server was last heard. */
  at: number;
}

/** What of conversations stays on this device. Every promise is kept or rejected: nothing is lost in silence. */
export interface DeviceStore {
  readonly lasting: boolean;
  outbox(): Promise<OutboxItem[]>;
  putOutbox(item: OutboxItem): Promise<void>;
  deleteOutbox(client: string): Promise<void>;
  rooms(): Promise<KeptRoom[]>;
  putRoom(room: KeptRoom): Promise<void>;
  /** Everything of a room: its messages, its draft and what was not sent. */
  forgetRoom(room: string): Promise<void>;
  inbox(): Promise<KeptInbox | null>;
  putInbox(inbox: KeptInbox): Promise<void>;
  draft(room: string): Promise<string>;
  putDraft(room: string, text: string): Promise<void>;
  close(): void;
}

/** For a shared computer, and where the browser refuses to keep anything: gone with the page. */
export function memoryStore(): DeviceStore {
  const outbox = new Map<string, OutboxItem>();
  const rooms = new Map<string, KeptRoom>();
  const drafts = new Map<string, string>();
  let inbox: KeptInbox | null = null;
  return {
    lasting: false,
    outbox: async () => [...outbox.values()],
    putOutbox: async (item) => void outbox.set(item.client, item),
    deleteOutbox: async (client) => void outbox.delete(client),
    rooms: async () => [...rooms.values()],
    putRoom: async (room) => void rooms.set(room.room, room),
    forgetRoom: async (room) => {
      rooms.delete(room);
      drafts.delete(room);
      for (const item of outbox.values()) if (item.room === room) outbox.delete(item.client);
    },
    inbox: async () => inbox,
    putInbox: async (next) => {
      inbox = next;
    },
    draft: async (room) => drafts.get(room) ?? '',
    putDraft: async (room, text) => void drafts.set(room, text),
    close: () => undefined,
  };
}
