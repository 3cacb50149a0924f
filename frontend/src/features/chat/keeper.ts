import type { DeviceStore } from './device-store';
import type { RoomState } from './room-state';

/** So much of an opened room stays readable without connection. */
export const KEPT_EVENTS = 50;
/** What comes in quick succession is written, and told to the server, in one go. */
const TOGETHER_MS = 1_000;

export interface KeeperPorts {
  store: DeviceStore;
  rooms(): ReadonlyMap<string, RoomState>;
  updatedAt(): number | null;
  later(run: () => void, milliseconds: number): () => void;
  /** Everything up to the cursor of these rooms is on the device. */
  stored(rooms: readonly string[]): void;
}

/** Writes the newest part of opened rooms and the inbox to the device, some time after they changed. */
export class Keeper {
  /** Rooms that were opened on this device once. */
  readonly opened = new Set<string>();
  private readonly dirty = new Set<string>();
  private inboxIsDirty = false;
  private cancel: (() => void) | null = null;

  constructor(private readonly ports: KeeperPorts) {}

  room(room: string): void {
    this.dirty.add(room);
    this.inbox();
  }

  inbox(): void {
    this.inboxIsDirty = true;
    this.cancel ??= this.ports.later(() => void this.flush(), TOGETHER_MS);
  }

  forget(room: string): Promise<void> {
    this.opened.delete(room);
    this.dirty.delete(room);
    return this.ports.store.forgetRoom(room).catch(() => undefined);
  }

  async flush(): Promise<void> {
    this.cancel?.();
    this.cancel = null;
    const { store } = this.ports;
    const rooms = [...this.dirty];
    this.dirty.clear();
    const writes = rooms.flatMap((id) => {
      const state = this.ports.rooms().get(id);
      return state && this.opened.has(id) ? [store.putRoom(excerpt(state))] : [];
    });
    const at = this.ports.updatedAt();
    if (this.inboxIsDirty && at !== null) {
      const infos = [...this.ports.rooms().values()].flatMap(({ info }) => (info ? [info] : []));
      writes.push(store.putInbox({ rooms: infos, at }));
    }
    this.inboxIsDirty = false;
    const kept = await Promise.allSettled(writes);
    if (kept.every(({ status }) => status === 'fulfilled')) this.ports.stored(rooms);
  }
}

function excerpt({ room, epoch, cursor, events, complete, members }: RoomState) {
  const last = events.slice(-KEPT_EVENTS);
  return {
    room,
    epoch,
    cursor: cursor ?? 0,
    members,
    events: last,
    complete: complete && last.length === events.length,
  };
}
