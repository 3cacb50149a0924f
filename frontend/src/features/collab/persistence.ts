import { IndexeddbPersistence } from 'y-indexeddb';
import type * as Y from 'yjs';
import { deleteDatabase } from '@/lib/device';

export interface LocalCopy {
  /** Resolves when what the device holds is in the document; rejects when the device cannot keep anything. */
  loaded: Promise<void>;
  close: () => Promise<void>;
  clear: () => Promise<void>;
}

interface Listeners {
  /** Everything typed so far is on the device. */
  onKept: () => void;
  /** A write failed (disk full, storage evicted): from now on the text lives in the tab only, and the screen has to say so. */
  onBroken: () => void;
}

/** Opening may hang for ever behind another tab's upgrade; after this the person works without a local copy. */
const OPEN_TIMEOUT_MS = 5_000;

/** Keeps a document on this device. */
export function openLocalCopy(name: string, document: Y.Doc, listeners: Listeners): LocalCopy {
  const store = new IndexeddbPersistence(name, document);
  let stopWatching = (): void => undefined;
  const opened = store._db.then((database) => {
    database.addEventListener('abort', listeners.onBroken);
    database.addEventListener('close', listeners.onBroken);
    // Another tab logged out and deletes the databases: holding on would block it.
    database.addEventListener('versionchange', () => void store.destroy());
    stopWatching = watchWrites(database, document, listeners.onKept);
  });
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('slow storage')), OPEN_TIMEOUT_MS));
  const close = async () => {
    stopWatching();
    await store.destroy().catch(() => undefined);
  };
  return {
    loaded: Promise.race([opened.then(() => store.whenSynced).then(() => undefined), late]),
    close,
    clear: async () => {
      await close();
      await deleteDatabase(name);
    },
  };
}

/**
 * y-indexeddb does not say when a write has arrived, and a page that goes away takes the unfinished ones along. Transactions
 * on one store finish in the order in which they began, so an empty one that begins after the write tells.
 */
function watchWrites(database: IDBDatabase, document: Y.Doc, onKept: () => void): () => void {
  let waiting = false;
  let again = false;
  const fence = () => {
    again = waiting;
    if (waiting) return;
    let transaction: IDBTransaction;
    try {
      transaction = database.transaction(['updates'], 'readwrite');
    } catch {
      // The database is closing: what was typed counts as not kept.
      return;
    }
    waiting = true;
    transaction.oncomplete = () => {
      waiting = false;
      if (again) fence();
      else onKept();
    };
    transaction.onabort = () => {
      waiting = false;
    };
  };
  const onUpdate = (_update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
    if (transaction.local) fence();
  };
  document.on('update', onUpdate);
  return () => document.off('update', onUpdate);
}
