import { HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { toProblem } from '@/api/problem';
import { getSession, refresh, subscribeSession } from '@/api/session';
import type { PeiSection } from '@/api/types';
import { isSharedDevice } from './device';
import { type Person, SectionSession } from './section-session';
import { isPermanent, type StopReason, stopOfCode } from './stop-reason';
import { Store } from './store';

export interface LinkState {
  downSince: number | null;
  /** Why the socket stays closed; null while it is up or trying. */
  stop: StopReason | null;
  /** Edits are kept on this device. */
  keeps: boolean;
}

function socketUrl(): string {
  const url = new URL('/ws/collab', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** Everything open of one PEI: one socket, and one session for each section this person may read. */
export class Room {
  readonly link: Store<LinkState>;
  readonly sessions = new Store<readonly SectionSession[]>([]);
  private readonly socket: HocuspocusProviderWebsocket;
  private readonly stopListening: (() => void)[] = [];
  private renewals = 0;

  constructor(
    readonly peiId: string,
    readonly person: Person,
  ) {
    const keeps = !isSharedDevice() && 'indexedDB' in globalThis;
    this.link = new Store<LinkState>({ downSince: Date.now(), stop: null, keeps });
    this.socket = new HocuspocusProviderWebsocket({
      url: socketUrl(),
      delay: 700,
      minDelay: 300,
      maxDelay: 8_000,
      factor: 1.6,
      onConnect: () => {
        this.renewals = 0;
        this.patch({ downSince: null, stop: null });
      },
      onDisconnect: () => this.patch({ downSince: this.link.get().downSince ?? Date.now() }),
      onClose: ({ event }) => this.onClose(event.code),
    });
    this.watchBrowser();
  }

  private patch(change: Partial<LinkState>): void {
    this.link.set({ ...this.link.get(), ...change });
  }

  /** Runs before the socket plans its next attempt, so that clearing `shouldConnect` here is enough to stay away. */
  private onClose(code: number): void {
    if (!isPermanent(code)) return;
    this.socket.shouldConnect = false;
    if (code === 4401 && this.renewals < 2) {
      this.renewals += 1;
      refresh()
        .then(() => this.connect())
        .catch((error) => {
          // The guard asks for a new login; a network fault is tried again with the next reason to connect.
          if (toProblem(error).code !== 'session_ended') setTimeout(() => this.connect(), 3_000);
        });
      return;
    }
    this.patch({ stop: stopOfCode(code) });
  }

  private isSignedIn(): boolean {
    const session = getSession();
    return session.status === 'in' && session.me.user_id === this.person.id;
  }

  private connect(): void {
    // Never with somebody else's credentials: this room may outlive its person's session in this tab.
    if (this.isSignedIn()) void this.socket.connect();
  }

  private watchBrowser(): void {
    const awake = () => {
      if (document.visibilityState === 'visible' && this.link.get().downSince !== null && !this.link.get().stop)
        this.connect();
    };
    window.addEventListener('online', awake);
    document.addEventListener('visibilitychange', awake);
    let signedIn = this.isSignedIn();
    const stopSession = subscribeSession(() => {
      const now = this.isSignedIn();
      if (now && !signedIn) this.connect();
      if (!now && signedIn) this.socket.disconnect();
      signedIn = now;
    });
    this.stopListening.push(
      () => window.removeEventListener('online', awake),
      () => document.removeEventListener('visibilitychange', awake),
      stopSession,
    );
  }

  private open(section: PeiSection): SectionSession {
    return new SectionSession({
      peiId: this.peiId,
      section,
      person: this.person,
      socket: this.socket,
      keep: this.link.get().keeps,
      onBrokenStorage: () => this.patch({ keeps: false }),
    });
  }

  /** Starts a stopped section again from the server's text. What this device held of it is forgotten: offer a copy first. */
  async restart(session: SectionSession): Promise<void> {
    await session.discard();
    this.sessions.set(this.sessions.get().map((each) => (each === session ? this.open(session.section) : each)));
  }

  /** Opens what REST lists and closes what it does not list any more (another lineage counts as another document). */
  show(sections: readonly PeiSection[]): void {
    const before = this.sessions.get();
    const kept = new Map(before.map((session) => [session.document, session]));
    const after = sections.map((section) => {
      const existing = kept.get(section.document);
      kept.delete(section.document);
      return existing ?? this.open(section);
    });
    for (const gone of kept.values()) void gone.close();
    if (kept.size > 0 || after.length !== before.length) this.sessions.set(after);
  }

  hasUnsent(): boolean {
    return this.sessions.get().some((session) => session.state.get().pendingSince !== null);
  }

  async close(): Promise<void> {
    for (const stop of this.stopListening) stop();
    await Promise.all(this.sessions.get().map((session) => session.close()));
    this.socket.destroy();
  }
}
