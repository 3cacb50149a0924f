import { isSharedDevice } from './device';

/** A section with text that the server has not acknowledged. Holds no name and no content. */
export interface Unsent {
  database: string;
  document: string;
  pei: string;
  section: string;
  kind: 'rich_text' | 'goals';
}

type Entries = Record<string, Unsent>;

const key = (userId: string) => `kazumi.unsent.${userId}`;
const memory = new Map<string, Entries>();

function read(userId: string): Entries {
  if (isSharedDevice()) return memory.get(userId) ?? {};
  try {
    return JSON.parse(localStorage.getItem(key(userId)) ?? '{}') as Entries;
  } catch {
    return {};
  }
}

function write(userId: string, entries: Entries): void {
  if (isSharedDevice()) {
    memory.set(userId, entries);
    return;
  }
  try {
    if (Object.keys(entries).length === 0) localStorage.removeItem(key(userId));
    else localStorage.setItem(key(userId), JSON.stringify(entries));
  } catch {
    memory.set(userId, entries);
  }
}

/** Survives a reload, so that leaving asks about text that was typed yesterday without connection. */
export function markUnsent(userId: string, entry: Unsent): void {
  write(userId, { ...read(userId), [entry.database]: entry });
}

export function clearUnsent(userId: string, database: string): void {
  const { [database]: gone, ...rest } = read(userId);
  if (gone) write(userId, rest);
}

export function listUnsent(userId: string): Unsent[] {
  return Object.values(read(userId));
}

export function forgetUnsent(userId: string): void {
  memory.delete(userId);
  try {
    localStorage.removeItem(key(userId));
  } catch {
    // There was no storage to forget.
  }
}
