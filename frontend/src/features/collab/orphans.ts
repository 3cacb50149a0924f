import { Store } from '@/lib/store';
import type { SectionSession } from './section-session';
import type { SectionState } from './section-state';

/**
 * Sections that REST does not list any more while they hold text that the server never acknowledged. The text outlives the
 * right to it: it stays until the server takes it after all, the section comes back, or its author lets it go.
 */
export class Orphans {
  readonly list = new Store<readonly SectionSession[]>([]);
  private readonly watches = new Map<SectionSession, () => void>();

  add(sessions: readonly SectionSession[]): void {
    for (const session of sessions)
      this.watches.set(
        session,
        session.state.subscribe(() => this.settle(session)),
      );
    if (sessions.length > 0) this.list.set([...this.list.get(), ...sessions]);
  }

  /** Gives the session back to whoever goes on with it. */
  take(session: SectionSession): void {
    this.watches.get(session)?.();
    this.watches.delete(session);
    this.list.set(this.list.get().filter((each) => each !== session));
  }

  private settle(session: SectionSession): void {
    if (session.state.get().pendingSince !== null) return;
    this.take(session);
    void session.close();
  }

  async close(): Promise<void> {
    const all = this.list.get();
    for (const session of all) this.take(session);
    await Promise.all(all.map((session) => session.close()));
  }
}

/** For the save state an orphan is a stopped section, whether or not the socket has said so yet. */
export function orphanState(state: SectionState): SectionState {
  return state.stop ? state : { ...state, stop: 'not_found' };
}
