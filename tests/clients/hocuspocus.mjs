// The provider of `@hocuspocus/provider`, as published, behind the small surface that `client.mjs` drives.
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import * as decoding from 'lib0/decoding';
import WebSocket from 'ws';
import { localClock } from './document.mjs';

const SYNC = 0;
const SYNC_STEP_1 = 0;
const SYNC_STATUS = 8;
/** Milliseconds between attempts to connect: tests restart servers and wait for clients to come back. */
const RETRY = { delay: 100, minDelay: 50, maxDelay: 300, factor: 1, jitter: false };

/** Reads name and type of a frame; what follows is left to the caller. */
function open(bytes) {
  const decoder = decoding.createDecoder(bytes);
  decoding.readVarString(decoder);
  return { decoder, type: decoding.readVarUint(decoder) };
}

export function connectHocuspocus({ url, document, token }, doc, report) {
  /** The clock of this client that each unanswered frame carried, in the order of sending. */
  let unanswered = [];
  let saved = 0;
  const socket = new HocuspocusProviderWebsocket({ url, WebSocketPolyfill: WebSocket, ...RETRY });
  const provider = new HocuspocusProvider({
    websocketProvider: socket,
    name: document,
    document: doc,
    token,
    onAuthenticated: ({ scope }) => report({ event: 'authenticated', scope }),
    onAuthenticationFailed: ({ reason }) => report({ event: 'auth_failed', reason }),
    onSynced: () => report({ event: 'synced' }),
    onUnsyncedChanges: ({ number }) => report({ event: 'unsynced', count: number }),
    onStatus: ({ status }) => report({ event: 'status', status }),
    onClose: ({ event }) => {
      unanswered = [];
      report({ event: 'closed', code: event.code, reason: event.reason });
    },
    onOutgoingMessage: ({ message }) => {
      const bytes = message.toUint8Array();
      // A reply is handed over without its bytes; the only one here is the step 2 that answers a step 1.
      if (bytes.length === 0) {
        unanswered.push(localClock(doc));
        return;
      }
      const { decoder, type } = open(bytes);
      if (type === SYNC && decoding.readVarUint(decoder) !== SYNC_STEP_1) unanswered.push(localClock(doc));
    },
    onMessage: ({ event }) => {
      const { decoder, type } = open(new Uint8Array(event.data));
      if (type !== SYNC_STATUS) return;
      const clock = unanswered.shift() ?? 0;
      if (decoding.readVarInt(decoder) !== 1) {
        report({ event: 'refused' });
      } else {
        saved = Math.max(saved, clock);
        report({ event: 'saved', clock: saved, all: saved >= localClock(doc) });
      }
    },
  });
  provider.attach();
  return {
    awareness: provider.awareness,
    connect: () => socket.connect(),
    disconnect: () => socket.disconnect(),
    savedClock: () => saved,
  };
}
