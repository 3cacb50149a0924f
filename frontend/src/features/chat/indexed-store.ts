import { databasePrefix } from '@/lib/device';
import type { DeviceStore, KeptInbox, KeptRoom } from './device-store';
import type { OutboxItem } from './outbox';

const VERSION = 1;

const asked = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const done = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore('outbox', { keyPath: 'client' });
    database.createObjectStore('rooms', { keyPath: 'room' });
    database.createObjectStore('drafts', { keyPath: 'room' });
    database.createObjectStore('inbox');
  };
  return asked(request);
}

/** One database of a person, with the prefix by which leaving finds it. */
export async function indexedStore(userId: string): Promise<DeviceStore> {
  const database = await open(`${databasePrefix(userId)}chat`);
  // Somebody leaves, here or in another tab: the database must go at once, and is never opened again by this page.
  database.onversionchange = () => database.close();

  const read = <T>(store: string, question: (store: IDBObjectStore) => IDBRequest): Promise<T> =>
    asked(question(database.transaction(store).objectStore(store)) as IDBRequest<T>);
  const write = (stores: string[], change: (transaction: IDBTransaction) => void): Promise<void> => {
    // Strict: a message is on the disk, not only on its way there, before it counts as kept.
    const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
    change(transaction);
    return done(transaction);
  };

  return {
    lasting: true,
    outbox: async () => {
      const items = await read<OutboxItem[]>('outbox', (store) => store.getAll());
      return items.sort((a, b) => a.created - b.created);
    },
    putOutbox: async (item) => write(['outbox'], (t) => t.objectStore('outbox').put(item)),
    deleteOutbox: async (client) => write(['outbox'], (t) => t.objectStore('outbox').delete(client)),
    rooms: async () => read<KeptRoom[]>('rooms', (store) => store.getAll()),
    putRoom: async (room) => write(['rooms'], (t) => t.objectStore('rooms').put(room)),
    forgetRoom: async (room) => {
      const items = await read<OutboxItem[]>('outbox', (store) => store.getAll());
      await write(['rooms', 'drafts', 'outbox'], (t) => {
        t.objectStore('rooms').delete(room);
        t.objectStore('drafts').delete(room);
        for (const item of items) if (item.room === room) t.objectStore('outbox').delete(item.client);
      });
    },
    inbox: async () => (await read<KeptInbox | undefined>('inbox', (store) => store.get('all'))) ?? null,
    putInbox: async (inbox) => write(['inbox'], (t) => t.objectStore('inbox').put(inbox, 'all')),
    draft: async (room) => (await read<{ text: string } | undefined>('drafts', (store) => store.get(room)))?.text ?? '',
    putDraft: async (room, text) =>
      write(['drafts'], (t) => {
        if (text) t.objectStore('drafts').put({ room, text });
        else t.objectStore('drafts').delete(room);
      }),
    close: () => database.close(),
  };
}
