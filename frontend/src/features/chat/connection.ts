import type { ClientFrame, ServerFrame } from './protocol';
import { readFrame } from './protocol';

export type Status = 'connecting' | 'syncing' | 'live' | 'away' | 'stopped';

export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((text: string) => void) | null;
  onclose: ((code: number) => void) | null;
}

/** The world around the machine: the browser's, or a test's. */
export interface World {
  open(): Socket;
  /** A token good for a minute. Rejects with `ended: true` when only signing in helps. */
  token(renew: boolean): Promise<string>;
  now(): number;
  random(): number;
  visible(): boolean;
  /** Runs something later; returns how to call it off. */
  later(run: () => void, milliseconds: number): () => void;
}

export interface Listener {
  /** The server has let us in: say what is held. */
  onIn(): void;
  onFrame(frame: ServerFrame): void;
  onStatus(status: Status): void;
}

export class SessionEnded extends Error {}

const CONNECT_MS = 5_000;
const FIRST_PAUSE_MS = 500;
/** Of a page that is looked at. A hidden one does not come back by itself before it is looked at again. */
const LONGEST_PAUSE_MS = 5_000;
const QUIET_MS = 25_000;
const TICK_MS = 1_000;
/** The clock jumped: the device slept, and its socket may be a ghost that looks open. */
const JUMP_MS = 15_000;
/** Browsers let the timers of hidden pages run once a minute. */
const JUMP_HIDDEN_MS = 75_000;
const MOST_RENEWALS = 2;

/** One socket at a time, brought back for ever, except when the server says that coming back like this is useless. */
export class Connection {
  private status: Status = 'away';
  private socket: Socket | null = null;
  /** Counts attempts, so that what belongs to an earlier one is passed over. */
  private turn = 0;
  private failures = 0;
  private renewals = 0;
  private pauseMs: number | null = null;
  private cancelRetry: (() => void) | null = null;
  private cancelTick: (() => void) | null = null;
  private heard = 0;
  private asked: number | null = null;
  private ticked = 0;
  private opened: number | null = null;

  constructor(
    private readonly world: World,
    private readonly listener: Listener,
  ) {}

  start(): void {
    this.ticked = this.world.now();
    this.tick();
    this.connect(false);
  }

  stop(): void {
    this.turn += 1;
    this.cancelRetry?.();
    this.cancelTick?.();
    this.drop();
    this.set('stopped');
  }

  /** The network is back, or the page is looked at again. */
  wake(): void {
    if (this.status === 'away') this.connect(false);
    else if (this.status === 'live') this.look();
  }

  /** The device itself says that there is no network: an open socket is a ghost. */
  offline(): void {
    if (this.status !== 'stopped' && this.status !== 'away') this.lost();
  }

  /** The person asks for it, after the server had refused. */
  again(): void {
    if (this.status !== 'stopped' && this.status !== 'away') return;
    this.renewals = 0;
    this.connect(true);
  }

  /** The page is not looked at any more: nobody waits for a retry. */
  hidden(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
  }

  /** False: there is nobody to send it to. */
  send(frame: ClientFrame): boolean {
    if (!this.socket || this.opened === null) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private set(status: Status): void {
    if (status === this.status) return;
    this.status = status;
    this.listener.onStatus(status);
  }

  private connect(renew: boolean): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.drop();
    this.turn += 1;
    const turn = this.turn;
    this.set('connecting');
    this.world.token(renew).then(
      (token) => turn === this.turn && this.open(token, turn),
      (problem) => {
        if (turn !== this.turn) return;
        if (problem instanceof SessionEnded) this.set('stopped');
        else this.retry();
      },
    );
  }

  private open(token: string, turn: number): void {
    const socket = this.world.open();
    this.socket = socket;
    this.opened = null;
    this.asked = null;
    const late = this.world.later(() => turn === this.turn && this.status === 'connecting' && this.lost(), CONNECT_MS);
    socket.onopen = () => {
      if (turn !== this.turn) return;
      this.opened = this.heard = this.world.now();
      this.send({ t: 'hello', token });
      this.listener.onIn();
    };
    socket.onmessage = (text) => turn === this.turn && this.hear(text);
    socket.onclose = (code) => {
      late();
      if (turn === this.turn) this.closed(code);
    };
  }

  private hear(text: string): void {
    this.heard = this.world.now();
    this.asked = null;
    const frame = readFrame(text);
    if (!frame) return;
    if (frame.t === 'welcome') this.set('syncing');
    if (frame.t === 'bye' && frame.retry_after_ms > 0) this.pauseMs = frame.retry_after_ms;
    if (frame.t === 'token') this.renewOnOpenSocket();
    this.listener.onFrame(frame);
    if (frame.t === 'caught_up') {
      this.failures = 0;
      this.renewals = 0;
      this.set('live');
    }
  }

  private renewOnOpenSocket(): void {
    const turn = this.turn;
    // Without a token the server closes, and the usual way back begins.
    this.world.token(true).then(
      (token) => turn === this.turn && this.send({ t: 'token', token }),
      () => undefined,
    );
  }

  private closed(code: number): void {
    this.drop();
    if (code === 4401 && this.renewals < MOST_RENEWALS) {
      this.renewals += 1;
      this.connect(true);
    } else if (code >= 4400 && code <= 4499) {
      this.turn += 1;
      this.set('stopped');
    } else this.retry();
  }

  /** Given up from this side. */
  private lost(): void {
    this.drop();
    this.retry();
  }

  private retry(): void {
    this.turn += 1;
    this.set('away');
    if (!this.world.visible()) return;
    const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.failures, 10));
    const pause = this.pauseMs ?? this.world.random() * most;
    this.failures += 1;
    this.pauseMs = null;
    this.cancelRetry = this.world.later(() => this.connect(false), pause);
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    this.opened = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private tick(): void {
    this.cancelTick = this.world.later(() => {
      this.look();
      this.tick();
    }, TICK_MS);
  }

  /** Is the clock as it should be, and does the server still speak? */
  private look(): void {
    const now = this.world.now();
    const jumped = now - this.ticked > (this.world.visible() ? JUMP_MS : JUMP_HIDDEN_MS);
    this.ticked = now;
    if (jumped && this.status !== 'stopped') {
      this.connect(false);
      return;
    }
    if (!this.socket || this.opened === null) return;
    if (this.asked !== null && now - this.asked >= QUIET_MS) {
      this.lost();
      return;
    }
    if (this.asked === null && now - this.heard >= QUIET_MS && this.send({ t: 'ping' })) this.asked = now;
  }
}
