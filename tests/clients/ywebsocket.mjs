// The provider of `y-websocket` 2 or 3, as published, behind the same surface as `hocuspocus.mjs`.
//
// Its protocol has no acknowledgement. The server sends an author's bytes back once they are committed, so what the server
// has sent is kept in a second document: what that one holds is saved.
import * as decoding from 'lib0/decoding';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { clockOf, localClock } from './document.mjs';

const SYNC = 0;
const SYNC_STEP_1 = 0;

export async function connectYWebsocket({ kind, url, document, token, ticket }, doc, report) {
  const { WebsocketProvider } = kind === 'y2' ? await import('y-websocket-2') : await import('y-websocket-3');
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  class Socket extends WebSocket {
    constructor(address, protocols) {
      super(address, protocols, { headers });
      // Without a listener Node turns a refused handshake into an uncaught exception.
      this.on('unexpected-response', (_request, response) => {
        report({ event: 'auth_failed', reason: String(response.statusCode) });
        this.terminate();
      });
      this.on('error', () => {});
    }
  }
  const provider = new WebsocketProvider(url, document, doc, {
    WebSocketPolyfill: Socket,
    params: ticket ? { ticket } : {},
    // Everything has to go through the server: pages of one browser would otherwise sync among themselves.
    disableBc: true,
    maxBackoffTime: 300,
    connect: false,
  });
  const fromServer = new Y.Doc();
  const savedClock = () => clockOf(fromServer, doc.clientID);
  const handle = provider.messageHandlers[SYNC];
  provider.messageHandlers[SYNC] = (encoder, decoder, ...rest) => {
    const copy = decoding.createDecoder(decoder.arr);
    copy.pos = decoder.pos;
    if (decoding.readVarUint(copy) !== SYNC_STEP_1) {
      const before = savedClock();
      Y.applyUpdate(fromServer, decoding.readVarUint8Array(copy));
      const clock = savedClock();
      if (clock > before) report({ event: 'saved', clock, all: clock >= localClock(doc) });
    }
    handle(encoder, decoder, ...rest);
  };
  doc.on('update', (_update, origin) => {
    if (origin !== provider) report({ event: 'unsynced', count: localClock(doc) - savedClock() });
  });
  provider.on('status', ({ status }) => report({ event: 'status', status }));
  provider.on('sync', (synced) => {
    if (synced) report({ event: 'synced' });
  });
  provider.on('connection-close', (event) => {
    report({ event: 'closed', code: event?.code ?? null, reason: event?.reason ?? '' });
  });
  provider.connect();
  return {
    awareness: provider.awareness,
    connect: () => provider.connect(),
    disconnect: () => provider.disconnect(),
    savedClock,
  };
}
