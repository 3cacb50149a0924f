import { Room } from './room';
import type { Person } from './section-session';

interface Entry {
  room: Room;
  users: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** A page left for a moment keeps its connection; a page left with unsent text keeps it until the text is safe. */
const LINGER_MS = 5_000;
const rooms = new Map<string, Entry>();

export function acquireRoom(peiId: string, person: Person): Room {
  const key = `${person.id}:${peiId}`;
  let entry = rooms.get(key);
  if (!entry) {
    entry = { room: new Room(peiId, person), users: 0, timer: undefined };
    rooms.set(key, entry);
  }
  clearTimeout(entry.timer);
  entry.users += 1;
  return entry.room;
}

export function releaseRoom(room: Room): void {
  const key = `${room.person.id}:${room.peiId}`;
  const entry = rooms.get(key);
  if (!entry || entry.room !== room) return;
  entry.users -= 1;
  if (entry.users === 0) linger(key, entry);
}

function linger(key: string, entry: Entry): void {
  entry.timer = setTimeout(() => {
    if (entry.room.hasUnsent()) return linger(key, entry);
    rooms.delete(key);
    void entry.room.close();
  }, LINGER_MS);
}

/** Whether closing this tab now would leave text that the server has not acknowledged. */
export function anyUnsent(): boolean {
  return [...rooms.values()].some(({ room }) => room.hasUnsent());
}

/** Whether this PEI is open here with text that must not go unseen. */
export function hasUnsentRoom(peiId: string, personId: string): boolean {
  return rooms.get(`${personId}:${peiId}`)?.room.hasUnsent() ?? false;
}

export function openRooms(): Room[] {
  return [...rooms.values()].map(({ room }) => room);
}

export async function closeAllRooms(): Promise<void> {
  const open = [...rooms.values()];
  rooms.clear();
  for (const { timer } of open) clearTimeout(timer);
  await Promise.all(open.map(({ room }) => room.close()));
}

window.addEventListener('beforeunload', (event) => {
  if (anyUnsent()) event.preventDefault();
});
