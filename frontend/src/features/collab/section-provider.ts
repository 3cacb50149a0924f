import { HocuspocusProvider, type HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';

/** `WebSocket.OPEN`. */
const OPEN = 1;

interface Options {
  name: string;
  document: Y.Doc;
  awareness: Awareness;
  websocketProvider: HocuspocusProviderWebsocket;
  token: () => Promise<string>;
  /** The token could not be obtained: the session ended, or the network failed. */
  onTokenProblem: (error: unknown) => void;
}

/**
 * The hocuspocus provider, with the order of a connection made strict. The stock provider sends edits that happen while the
 * socket is down or while the token is being fetched; they reach the server before the credentials, or are queued and
 * acknowledged on top of a counter that the handshake has just reset, so that "nothing unsynced" is said too early.
 *
 * Here nothing but the token leaves before the server has said "authenticated"; then the handshake carries everything that
 * is missing. From that moment each sent change has exactly one acknowledgement, and zero means zero.
 */
export class SectionProvider extends HocuspocusProvider {
  private readonly tokens: () => Promise<string>;
  private readonly onTokenProblem: (error: unknown) => void;
  /** Counts connections, so that a token that arrives late is not sent on the next socket. */
  private turn = 0;
  /** Between the handshake and the end of the connection. */
  private live = false;

  constructor({ token, onTokenProblem, ...options }: Options) {
    super({ ...options, token: null, sessionAwareness: false });
    this.tokens = token;
    this.onTokenProblem = onTokenProblem;
  }

  /** Whether what is typed now goes straight to the server. */
  get isLive(): boolean {
    return this.live;
  }

  /** Starts again on the open socket: credentials, then handshake. */
  reopen(): void {
    void this.onOpen(new Event('open'));
  }

  override async onOpen(event: Event): Promise<void> {
    this.turn += 1;
    this.live = false;
    this.isAuthenticated = false;
    this.emit('open', { event });
    await this.sendToken();
  }

  /** Also called when the server asks for a fresh token in the middle of a connection. */
  override async sendToken(): Promise<void> {
    const turn = this.turn;
    try {
      const token = await this.tokens();
      if (turn !== this.turn) return;
      this.configuration.token = token;
      await super.sendToken();
    } catch (error) {
      if (turn === this.turn) this.onTokenProblem(error);
    } finally {
      this.configuration.token = null;
    }
  }

  override authenticatedHandler(scope: string): void {
    super.authenticatedHandler(scope);
    // After a renewed token the server says "authenticated" again; the handshake is done once a connection.
    if (this.live) return;
    this.live = true;
    this.startSync();
  }

  override permissionDeniedHandler(reason: string): void {
    this.live = false;
    super.permissionDeniedHandler(reason);
  }

  override onClose(): void {
    this.turn += 1;
    this.live = false;
    super.onClose();
  }

  override documentUpdateHandler(update: Uint8Array, origin: unknown): void {
    if (this.live) super.documentUpdateHandler(update, origin);
  }

  override awarenessUpdateHandler(change: unknown, origin: unknown): void {
    if (this.live) super.awarenessUpdateHandler(change, origin);
  }

  /** Never leaves a message in the socket's queue: the queue survives the connection it was meant for. */
  override send(...message: Parameters<HocuspocusProvider['send']>): void {
    const socket = this.configuration.websocketProvider.webSocket;
    if (socket?.readyState === OPEN) super.send(...message);
  }
}
