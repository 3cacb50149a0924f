import type { HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { describe, expect, it } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { SectionProvider } from './section-provider';

const NAME = 'pei/p/metas.l.s1';
const [SYNC, AUTH] = [0, 2];

/** A socket that keeps what it was given; the part of the websocket class that a provider touches. */
function fakeSocket() {
  const sent: Uint8Array[] = [];
  const socket = {
    sent,
    webSocket: { readyState: 1 },
    on: () => undefined,
    off: () => undefined,
    attach: () => undefined,
    detach: () => undefined,
    send: (message: Uint8Array) => sent.push(message),
    /** Type of each frame, after the document's name. */
    types: () => sent.map((frame) => frame[1 + NAME.length]),
  };
  return socket;
}

function connect(tokens: () => Promise<string>) {
  const socket = fakeSocket();
  const document = new Y.Doc();
  const problems: unknown[] = [];
  const provider = new SectionProvider({
    name: NAME,
    document,
    awareness: new Awareness(document),
    websocketProvider: socket as unknown as HocuspocusProviderWebsocket,
    token: tokens,
    onTokenProblem: (error) => problems.push(error),
  });
  provider.attach();
  const text = document.getText('content');
  return { socket, provider, text, problems };
}

describe('SectionProvider', () => {
  it('sends nothing but the token before the server has accepted it', async () => {
    const { socket, provider, text } = connect(async () => 'token');
    text.insert(0, 'before the socket');
    const opening = provider.onOpen({} as Event);
    text.insert(0, 'while the token is fetched');
    await opening;
    text.insert(0, 'while the server checks it');
    expect(socket.types()).toEqual([AUTH]);
    provider.authenticatedHandler('read-write');
    expect(socket.types().filter((type) => type === SYNC)).toHaveLength(1);
    text.insert(0, 'live');
    expect(socket.types().filter((type) => type === SYNC)).toHaveLength(2);
    provider.destroy();
  });

  it('counts one outstanding answer for the handshake and one for each live edit', async () => {
    const { provider, text } = connect(async () => 'token');
    text.insert(0, 'typed without connection');
    await provider.onOpen({} as Event);
    provider.authenticatedHandler('read-write');
    expect(provider.unsyncedChanges).toBe(1);
    text.insert(0, 'a');
    text.insert(0, 'b');
    expect(provider.unsyncedChanges).toBe(3);
    provider.destroy();
  });

  it('does the handshake once when the server accepts a renewed token', async () => {
    const { socket, provider } = connect(async () => 'token');
    await provider.onOpen({} as Event);
    provider.authenticatedHandler('read-write');
    const frames = socket.sent.length;
    await provider.sendToken();
    provider.authenticatedHandler('read-write');
    expect(socket.types().slice(frames)).toEqual([AUTH]);
    provider.destroy();
  });

  it('does not send a token that arrives after its connection is gone', async () => {
    let deliver: (token: string) => void = () => undefined;
    const { socket, provider } = connect(() => new Promise((resolve) => (deliver = resolve)));
    const opening = provider.onOpen({} as Event);
    provider.onClose();
    deliver('late');
    await opening;
    expect(socket.sent).toHaveLength(0);
    provider.destroy();
  });

  it('reports a token that cannot be had, and stays silent', async () => {
    const { socket, provider, problems, text } = connect(() => Promise.reject(new Error('offline')));
    await provider.onOpen({} as Event);
    text.insert(0, 'x');
    expect(problems).toHaveLength(1);
    expect(socket.sent).toHaveLength(0);
    provider.destroy();
  });

  it('leaves nothing in the queue of a closed socket', async () => {
    const { socket, provider, text } = connect(async () => 'token');
    await provider.onOpen({} as Event);
    provider.authenticatedHandler('read-write');
    const frames = socket.sent.length;
    socket.webSocket.readyState = 3;
    text.insert(0, 'x');
    expect(socket.sent).toHaveLength(frames);
    provider.destroy();
  });
});
