/** Set at login on a computer that several people use: nothing of a PEI and no message is written to this device. */
const SHARED_KEY = 'kazumi.shared';

export function isSharedDevice(): boolean {
  try {
    return localStorage.getItem(SHARED_KEY) === '1';
  } catch {
    // Storage that cannot be read cannot be trusted with a child's plan either.
    return true;
  }
}

export function setSharedDevice(shared: boolean): void {
  try {
    if (shared) localStorage.setItem(SHARED_KEY, '1');
    else localStorage.removeItem(SHARED_KEY);
  } catch {
    // Nothing to remember: without storage the device counts as shared.
  }
}

/** Every database of a person begins with it, so that leaving finds them all. */
export function databasePrefix(userId: string): string {
  return `kz:${userId}:`;
}

/** Deletes every local copy of this person. Other tabs must have closed theirs, or the browser deletes when they do. */
export async function clearLocalData(userId: string): Promise<void> {
  if (!('indexedDB' in globalThis)) return;
  await deleteDatabases(databasePrefix(userId));
}

/** Deletes the local copies of one plan, but for those that hold text the server does not have. */
export async function forgetCopies(userId: string, peiId: string, unsent: ReadonlySet<string>): Promise<void> {
  if ('indexedDB' in globalThis) await deleteDatabases(`${databasePrefix(userId)}pei/${peiId}/`, unsent);
}

async function deleteDatabases(prefix: string, keep: ReadonlySet<string> = new Set()): Promise<void> {
  const all = await indexedDB.databases().catch(() => []);
  const names = all.flatMap(({ name }) => (name?.startsWith(prefix) && !keep.has(name) ? [name] : []));
  await Promise.all(names.map(deleteDatabase));
}

export function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => resolve();
    request.onblocked = () => resolve();
  });
}
