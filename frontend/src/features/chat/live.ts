import './chat-i18n';
import { getSession, subscribeSession } from '@/api/session';
import { noteWaiting, unreadMessages } from '@/lib/messages';
import { Store } from '@/lib/store';
import { browserWorld, deviceStore, leadership } from './browser';
import { ChatClient } from './client';
import type { View } from './conversations';
import type { DeviceStore } from './device-store';
import { Announcer } from './news';
import { waiting } from './outbox';
import { unread } from './room-state';

/** The running conversations of whoever is signed in. */
export interface Live {
  me: string;
  client: ChatClient;
  store: DeviceStore;
  view: Store<View>;
}

export const live = new Store<Live | null>(null);

const NOTHING: View = {
  status: 'connecting',
  rooms: null,
  outbox: [],
  typing: new Map(),
  updatedAt: null,
  endangered: false,
};

/** Starts them; returns the way to end them. */
export function startLive(me: string, go: (path: string) => void): () => void {
  const end = new AbortController();
  void begin(me, go, end.signal);
  return () => end.abort();
}

async function begin(me: string, go: (path: string) => void, end: AbortSignal): Promise<void> {
  const store = await deviceStore(me);
  if (end.aborted) return store.close();
  const view = new Store<View>(NOTHING);
  const channel =
    store.lasting && 'BroadcastChannel' in globalThis ? new BroadcastChannel(`kazumi.outbox.${me}`) : null;
  const announcer = new Announcer(go);
  const client = new ChatClient({
    me,
    store,
    world: browserWorld,
    lead: leadership(me, store.lasting),
    show: (next) => {
      // Whoever left has nothing unread any more.
      if (end.aborted) return;
      view.set(next);
      noteWaiting(me, waiting(next.outbox), store.lasting);
      if (!next.rooms) return;
      unreadMessages.set([...next.rooms.values()].reduce((sum, { info }) => sum + unread(info), 0));
    },
    wake: () => {
      if (!end.aborted) channel?.postMessage('look');
    },
    news: (room) => announcer.say(room),
  });
  listen(client, view, channel, end);
  end.addEventListener('abort', () => {
    client.stop();
    channel?.close();
    store.close();
    unreadMessages.set(0);
    if (live.get()?.client === client) live.set(null);
  });
  live.set({ me, client, store, view });
  await client.conversations.load();
  if (!end.aborted) client.connection.start();
}

/** What the browser tells: the network is back, the page is looked at or put away, another tab wrote something. */
function listen(
  { connection, conversations }: ChatClient,
  view: Store<View>,
  channel: BroadcastChannel | null,
  end: AbortSignal,
) {
  const options = { signal: end };
  const wake = () => connection.wake();
  const flush = () => void conversations.keeper.flush();
  channel?.addEventListener('message', () => void conversations.sender.reload(), options);
  window.addEventListener('online', wake, options);
  window.addEventListener('offline', () => connection.offline(), options);
  window.addEventListener('pageshow', wake, options);
  window.addEventListener('pagehide', flush, options);
  const look = () => {
    if (browserWorld.visible()) return wake();
    connection.hidden();
    flush();
  };
  document.addEventListener('visibilitychange', look, options);
  const guard = (event: Event) => {
    if (view.get().endangered) event.preventDefault();
  };
  window.addEventListener('beforeunload', guard, options);
  let signedIn = getSession().status === 'in';
  const stopSession = subscribeSession(() => {
    const now = getSession().status === 'in';
    // Signed in again over what was not sent: it goes on by itself.
    if (now && !signedIn) connection.again();
    signedIn = now;
  });
  end.addEventListener('abort', stopSession);
}
