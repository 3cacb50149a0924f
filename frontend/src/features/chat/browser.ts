import { toProblem } from '@/api/problem';
import { freshToken, refresh } from '@/api/session';
import { isSharedDevice } from '@/lib/device';
import { SessionEnded, type Socket, type World } from './connection';
import { type DeviceStore, memoryStore } from './device-store';
import { SUBPROTOCOL } from './protocol';

const SILENT_CLOSE = 1006;

function openSocket(): Socket {
  const url = new URL('/ws/chat', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const web = new WebSocket(url, SUBPROTOCOL);
  const socket: Socket = {
    send: (text) => web.readyState === WebSocket.OPEN && web.send(text),
    close: () => web.close(),
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  web.onopen = () => socket.onopen?.();
  web.onmessage = (event) => typeof event.data === 'string' && socket.onmessage?.(event.data);
  web.onclose = (event) => socket.onclose?.(event.code || SILENT_CLOSE);
  return socket;
}

export const browserWorld: World = {
  open: openSocket,
  token: async (renew) => {
    try {
      return await (renew ? refresh() : freshToken());
    } catch (error) {
      throw toProblem(error).code === 'session_ended' ? new SessionEnded() : error;
    }
  },
  now: () => Date.now(),
  random: () => Math.random(),
  visible: () => document.visibilityState === 'visible',
  later: (run, milliseconds) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** On a shared computer, and where the browser keeps nothing, only this page's memory. */
export async function deviceStore(userId: string): Promise<DeviceStore> {
  if (isSharedDevice() || !('indexedDB' in globalThis)) return memoryStore();
  try {
    const { indexedStore } = await import('./indexed-store');
    return await indexedStore(userId);
  } catch {
    return memoryStore();
  }
}

/** One tab of a person on a device sends. Where the browser has no locks (plain http) each does: the server knows a message by its name. */
export function leadership(userId: string, lasting: boolean): (granted: () => void) => () => void {
  return (granted) => {
    if (!lasting || !navigator.locks) {
      granted();
      return () => undefined;
    }
    const wish = new AbortController();
    let release: (() => void) | null = null;
    let over = false;
    navigator.locks
      .request(`kazumi.outbox.${userId}`, { signal: wish.signal }, () => {
        if (over) return undefined;
        granted();
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      })
      .catch(() => undefined);
    return () => {
      over = true;
      if (release) release();
      else wish.abort();
    };
  };
}
