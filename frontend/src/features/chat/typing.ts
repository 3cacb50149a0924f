import type { ClientFrame } from './protocol';

/** Told so often at most, and believed for so long. */
const TELL_EVERY_MS = 3_000;
const BELIEVED_MS = 6_000;

export interface TypingPorts {
  send(frame: ClientFrame): boolean;
  now(): number;
  later(run: () => void, milliseconds: number): () => void;
  changed(): void;
}

/** Who is writing where. Never stored, and nothing depends on it. */
export class Typing {
  private view: ReadonlyMap<string, readonly string[]> = new Map();
  private readonly until = new Map<string, Map<string, number>>();
  private readonly told = new Map<string, number>();

  constructor(private readonly ports: TypingPorts) {}

  now(): ReadonlyMap<string, readonly string[]> {
    return this.view;
  }

  /** This person writes. */
  tell(room: string): void {
    const now = this.ports.now();
    if (now - (this.told.get(room) ?? Number.NEGATIVE_INFINITY) < TELL_EVERY_MS) return;
    this.told.set(room, now);
    this.ports.send({ t: 'typing', room });
  }

  heard(room: string, user: string): void {
    const people = this.until.get(room) ?? new Map<string, number>();
    people.set(user, this.ports.now() + BELIEVED_MS);
    this.until.set(room, people);
    this.renew(room);
    this.ports.later(() => this.renew(room), BELIEVED_MS);
  }

  /** What was being written is there. */
  silent(room: string, user: string): void {
    if (this.until.get(room)?.delete(user)) this.renew(room);
  }

  private renew(room: string): void {
    const now = this.ports.now();
    const people = [...(this.until.get(room) ?? [])].flatMap(([user, until]) => (until > now ? [user] : []));
    if (people.join() === (this.view.get(room) ?? []).join()) return;
    this.view = new Map(this.view).set(room, people);
    this.ports.changed();
  }
}
