import type { HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { toProblem } from '@/api/problem';
import { freshToken, refresh } from '@/api/session';
import type { PeiSection } from '@/api/types';
import { Store } from '@/lib/store';
import { databaseName } from './document-name';
import { type LocalCopy, openLocalCopy } from './persistence';
import { SectionProvider } from './section-provider';
import { INITIAL_SECTION, type SectionEvent, type SectionState, sectionReducer } from './section-state';
import { type StopReason, stopOfReason } from './stop-reason';
import { clearUnsent, leftBefore, type Marks, marksOf, markUnsent } from './unsent';

export interface Person {
  id: string;
  name: string;
  color: string;
  function: string;
}

interface Options {
  peiId: string;
  section: PeiSection;
  person: Person;
  socket: HocuspocusProviderWebsocket;
  /** Keep a copy on this device. */
  keep: boolean;
  onBrokenStorage: () => void;
}

const SYNC_STATUS = 8;
const REOPEN_MS = 2_000;
const MAX_RENEWALS = 2;

/** One open section: its document, its connection, its local copy and what is known about their agreement. */
export class SectionSession {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly state = new Store<SectionState>(INITIAL_SECTION);
  readonly database: string;
  private readonly provider: SectionProvider;
  private readonly local: LocalCopy | null;
  /** As REST last listed it: rights move while the section is open. */
  private current: PeiSection;
  /** Marks of other tabs and other days whose text came with the local copy. */
  private inherited: Marks = new Map();
  private renewals = 0;
  private reopenTimer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(private readonly options: Options) {
    const { section, person, socket } = options;
    this.current = section;
    this.database = databaseName(person.id, section.document);
    this.awareness.setLocalState(null);
    this.provider = new SectionProvider({
      name: section.document,
      document: this.doc,
      awareness: this.awareness,
      websocketProvider: socket,
      token: freshToken,
      onTokenProblem: (error) => this.tokenProblem(error),
    });
    this.doc.on('update', this.onUpdate);
    this.listen();
    const marks = marksOf(person.id, this.database);
    // On a shared computer only what an earlier login left unsent is read, to send it; see `loadLocal`.
    this.local =
      options.keep || (leftBefore(marks) && 'indexedDB' in globalThis)
        ? openLocalCopy(this.database, this.doc, {
            onKept: () => this.onKept(),
            onBroken: options.onBrokenStorage,
          })
        : null;
    this.loadLocal(marks).then(() => {
      if (!this.closed) this.provider.attach();
    });
  }

  get section(): PeiSection {
    return this.current;
  }

  /** The same document under today's rights. */
  update(section: PeiSection): void {
    this.current = section;
  }

  get document(): string {
    return this.current.document;
  }

  private dispatch(event: SectionEvent): void {
    this.state.set(sectionReducer(this.state.get(), event));
  }

  /** The local text comes first, so that the handshake carries what was typed without connection. */
  private async loadLocal(marks: Marks): Promise<void> {
    if (!this.local) return this.dispatch({ type: 'local_failed' });
    try {
      await this.local.loaded;
      const hasText = Y.encodeStateVector(this.doc).length > 1;
      this.inherited = marks;
      // Nothing typed from here on may reach this device.
      if (!this.options.keep) await this.local.close();
      this.dispatch({ type: 'local_loaded', hasText, unsent: marks.size > 0, at: Date.now() });
    } catch {
      this.options.onBrokenStorage();
      this.dispatch({ type: 'local_failed' });
    }
  }

  private readonly onUpdate = (_update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
    // A reader cannot type; what the editor itself may settle in her copy is no text of hers.
    if (!transaction.local || this.current.access === 'read') return;
    this.dispatch({ type: 'edited', at: Date.now() });
    this.mark();
  };

  /** On each edit, so that a tab which read the local copy before it does not count it as its own. */
  private mark(): void {
    const { document, section, kind } = this.current;
    const { peiId, person } = this.options;
    markUnsent(person.id, { database: this.database, document, pei: peiId, section, kind });
  }

  private onKept(): void {
    this.dispatch({ type: 'kept' });
    // Another tab may have read the copy between the mark and the arrival of the text: it must not take this mark over.
    if (this.state.get().pendingSince !== null && !this.closed) this.mark();
  }

  private clearMarks(): void {
    clearUnsent(this.options.person.id, this.database, this.inherited);
    this.inherited = new Map();
  }

  private listen(): void {
    const { provider } = this;
    provider.on('authenticated', ({ scope }: { scope: 'read-write' | 'readonly' }) => {
      this.renewals = 0;
      this.dispatch({ type: 'authenticated', scope });
    });
    provider.on('synced', () => this.dispatch({ type: 'synced' }));
    provider.on('unsyncedChanges', ({ number }: { number: number }) => {
      if (number !== 0 || !provider.isLive) return;
      this.dispatch({ type: 'acknowledged', at: Date.now() });
      this.clearMarks();
    });
    provider.on('message', ({ message }: { message: { readVarString(): string; readVarUint(): number } }) => {
      message.readVarString();
      if (message.readVarUint() === SYNC_STATUS && message.readVarUint() === 0) this.dispatch({ type: 'refused' });
    });
    provider.on('authenticationFailed', ({ reason }: { reason: string }) => this.denied(reason));
    provider.on('close', ({ event }: { event: { code: number; reason: string } }) => {
      // The same event reports the end of the socket (a real CloseEvent) and the end of this document alone.
      if (!(event instanceof CloseEvent) && event.code === 1000) this.denied(event.reason);
    });
  }

  private denied(reason: string): void {
    const stop = stopOfReason(reason);
    if (stop === 'unauthenticated' && this.renewals < MAX_RENEWALS) {
      this.renewals += 1;
      refresh()
        .then(() => this.reopen())
        .catch((error) => this.tokenProblem(error));
      return;
    }
    if (stop) this.stop(stop);
    else this.reopenLater();
  }

  private stop(reason: StopReason): void {
    this.dispatch({ type: 'stopped', reason });
    this.provider.detach();
  }

  private tokenProblem(error: unknown): void {
    // An ended session is shown by the session guard; the page keeps the text and reconnects after the next login.
    if (toProblem(error).code !== 'session_ended') this.reopenLater();
  }

  private reopenLater(): void {
    clearTimeout(this.reopenTimer);
    this.reopenTimer = setTimeout(() => this.reopen(), REOPEN_MS);
  }

  private reopen(): void {
    if (!this.closed && this.provider.isAttached && !this.provider.isLive) this.provider.reopen();
  }

  /** Says to the others whether this person has the section in front of her. */
  setPresent(present: boolean): void {
    if (this.closed) return;
    if (!present) this.awareness.setLocalState(null);
    else if (this.awareness.getLocalState() === null)
      this.awareness.setLocalState({ user: this.options.person, section: true });
  }

  setCursor(cursor: unknown): void {
    if (!this.closed) this.awareness.setLocalStateField('cursor', cursor);
  }

  /** Ends the session and leaves the local copy for the next time. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.reopenTimer);
    this.doc.off('update', this.onUpdate);
    this.provider.destroy();
    await this.local?.close();
    this.doc.destroy();
  }

  /** Ends the session and forgets its text on this device. Only after the person was offered a copy. */
  async discard(): Promise<void> {
    await this.close();
    await this.local?.clear();
    this.clearMarks();
  }
}
