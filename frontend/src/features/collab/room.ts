import { HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { toProblem } from '@/api/problem';
import { getSession, refresh, subscribeSession } from '@/api/session';
import type { PeiSection } from '@/api/types';
import { isSharedDevice } from '@/lib/device';
import { Store } from '@/lib/store';
import { Orphans } from './orphans';
import { type Person, SectionSession } from './section-session';
import { isPermanent, type StopReason, stopOfCode } from './stop-reason';

export interface LinkState {
  downSince: number | null;
  upSince: number;
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

const holdsUnsent = (session: SectionSession) => session.state.get().pendingSince !== null;

/** Everything open of one PEI: one socket, and one session for each section this person may read. */
export class Room {
  readonly link: Store<LinkState>;
  readonly sessions = new Store<readonly SectionSession[]>([]);
  readonly orphans = new Orphans();
  private readonly socket: HocuspocusProviderWebsocket;
  private readonly stopListening: (() => void)[] = [];
  private renewals = 0;

  constructor(
    readonly peiId: string,
    readonly person: Person,
  ) {
    const keeps = !isSharedDevice() && 'indexedDB' in globalThis;
    this.link = new Store<LinkState>({ downSince: Date.now(), upSince: 0, stop: null, keeps });
    this.socket = new HocuspocusProviderWebsocket({
      url: socketUrl(),
      delay: 700,
      minDelay: 300,
      maxDelay: 8_000,
      factor: 1.6,
      onConnect: () => {
        this.renewals = 0;
        this.patch({ downSince: null, upSince: Date.now(), stop: null });
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

  /** Lets go of an orphan and of its text. Only after the person was offered a copy. */
  async drop(orphan: SectionSession): Promise<void> {
    this.orphans.take(orphan);
    await orphan.discard();
  }

  /**
   * Opens what REST lists and closes what it does not list any more (another lineage counts as another document). What holds
   * unsent text is not closed: it becomes an orphan, and returns when REST lists it again.
   */
  show(sections: readonly PeiSection[]): void {
    const before = this.sessions.get();
    const known = new Map(this.all().map((session) => [session.document, session]));
    const after = sections.map((section) => {
      const existing = known.get(section.document);
      if (!existing) return this.open(section);
      known.delete(section.document);
      if (!before.includes(existing)) this.orphans.take(existing);
      existing.update(section);
      return existing;
    });
    const gone = before.filter((session) => known.has(session.document));
    this.orphans.add(gone.filter(holdsUnsent));
    for (const session of gone) if (!holdsUnsent(session)) void session.close();
    if (after.length !== before.length || after.some((session, index) => session !== before[index]))
      this.sessions.set(after);
  }

  /** What is listed and what is not any more. */
  all(): SectionSession[] {
    return [...this.sessions.get(), ...this.orphans.list.get()];
  }

  hasUnsent(): boolean {
    return this.all().some(holdsUnsent);
  }

  async close(): Promise<void> {
    for (const stop of this.stopListening) stop();
    await Promise.all([this.orphans.close(), ...this.sessions.get().map((session) => session.close())]);
    this.socket.destroy();
  }
}
