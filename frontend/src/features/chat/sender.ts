import type { DeviceStore } from './device-store';
import * as box from './outbox';
import type { ClientFrame } from './protocol';

export interface SenderPorts {
  store: DeviceStore;
  send(frame: ClientFrame): boolean;
  request(): number;
  now(): number;
  later(run: () => void, milliseconds: number): () => void;
  /** The outbox looks different. */
  changed(): void;
  /** Other tabs of this person should look at the device again. */
  wake(): void;
}

/** Sends what was written, in its order, until the log has it. On the device before on the socket. */
export class Sender {
  outbox: box.Outbox = [];
  /** Of all tabs of a person on a device one sends. */
  private sends = false;
  private live = false;
  private inFlight = 32;
  private readonly requests = new Map<number, string>();
  /** Written down just now: not sent before the device has it. */
  private readonly writing = new Set<string>();
  /** The device refused to keep them: they live as long as this page. */
  private readonly unkept = new Set<string>();
  private cancelDue: (() => void) | null = null;

  constructor(private readonly ports: SenderPorts) {}

  async load(): Promise<void> {
    await this.reload();
  }

  /** Another tab wrote something, or this one begins. */
  async reload(): Promise<void> {
    const stored = await this.ports.store.outbox().catch(() => null);
    if (!stored) return;
    const own = new Set([...this.writing, ...this.unkept]);
    this.set(box.merged(this.outbox, stored, own));
    this.pump();
  }

  /** Whether something of this room would be lost with the page. */
  endangered(): boolean {
    return (!this.ports.store.lasting || this.unkept.size > 0) && box.waiting(this.outbox) > 0;
  }

  async write(draft: box.Draft): Promise<void> {
    this.writing.add(draft.client);
    this.set(box.add(this.outbox, draft, this.ports.now()));
    await this.keep(draft.client);
    this.writing.delete(draft.client);
    this.ports.wake();
    this.pump();
  }

  async again(client: string): Promise<void> {
    this.set(box.again(this.outbox, client, this.ports.now()));
    await this.keep(client);
    this.ports.wake();
    this.pump();
  }

  async erase(client: string): Promise<void> {
    this.set(box.erase(this.outbox, client));
    await this.forget(client);
    this.ports.wake();
  }

  /** The room is gone for this person; the device has forgotten it already. */
  dropRoom(room: string): void {
    this.set(this.outbox.filter((item) => item.room !== room));
  }

  lead(sends: boolean): void {
    this.sends = sends;
    if (sends) void this.reload();
    else this.set(box.disconnected(this.outbox));
  }

  online(inFlight: number): void {
    this.live = true;
    this.inFlight = inFlight;
    this.pump();
  }

  offline(): void {
    this.live = false;
    this.requests.clear();
    this.set(box.disconnected(this.outbox));
  }

  /** Begun anew on the same socket: what has no answer is sent again, under the same names. */
  resend(): void {
    this.requests.clear();
    this.set(box.disconnected(this.outbox));
    this.pump();
  }

  acked(client: string, seq: number, request: number): void {
    this.requests.delete(request);
    this.set(box.acked(this.outbox, client, seq));
    void this.forget(client).then(() => this.ports.wake());
    this.pump();
  }

  /** True when the answer belonged to a message. */
  refused(request: number, code: string, retryAfterMs: number): boolean {
    const client = this.requests.get(request);
    if (client === undefined) return false;
    this.requests.delete(request);
    this.set(box.refused(this.outbox, client, code, retryAfterMs, this.ports.now()));
    if (this.outbox.find((item) => item.client === client)?.state === 'failed')
      void this.keep(client).then(() => this.ports.wake());
    this.pump();
    return true;
  }

  /** The log of a room was followed up to `cursor`; what it contains is not waited for any more. */
  settled(room: string, cursor: number, clients: ReadonlySet<string>): void {
    const before = this.outbox;
    const after = box.settled(before, room, cursor, clients);
    if (after === before) return;
    this.set(after);
    for (const item of before) if (item.state !== 'acked' && clients.has(item.client)) void this.forget(item.client);
    this.pump();
  }

  private set(outbox: box.Outbox): void {
    if (outbox === this.outbox) return;
    this.outbox = outbox;
    this.ports.changed();
  }

  private pump(): void {
    this.cancelDue?.();
    this.cancelDue = null;
    if (!this.live || !this.sends) return;
    const now = this.ports.now();
    const fresh = box.expired(this.outbox, now);
    const failed = fresh.filter((item, index) => item !== this.outbox[index]);
    this.set(fresh);
    for (const item of failed) void this.keep(item.client);
    for (const item of box.sendable(this.outbox, now, this.inFlight, this.writing)) this.publish(item);
    const due = box.nextDue(this.outbox, now);
    if (due !== null) this.cancelDue = this.ports.later(() => this.pump(), due - now);
  }

  private publish(item: box.OutboxItem): void {
    const request = this.ports.request();
    if (!this.ports.send(frameOf(item, request))) return;
    this.requests.set(request, item.client);
    this.set(box.sent(this.outbox, item.client));
  }

  private async keep(client: string): Promise<void> {
    const item = this.outbox.find((each) => each.client === client);
    if (!item) return;
    try {
      await this.ports.store.putOutbox(item.state === 'sent' ? { ...item, state: 'queued' } : item);
      this.unkept.delete(client);
    } catch {
      // A full or forbidden disk: it is still sent, and the person is told that the page must stay open.
      this.unkept.add(client);
    }
  }

  private async forget(client: string): Promise<void> {
    this.unkept.delete(client);
    // What stays by mistake is sent again under the same name, which changes nothing.
    await this.ports.store.deleteOutbox(client).catch(() => undefined);
  }
}

function frameOf({ room, client, text, reply_to, act }: box.OutboxItem, request: number): ClientFrame {
  const about = { request, room, client };
  switch (act?.kind) {
    case 'edit':
      return { t: 'edit', ...about, target: act.target, text };
    case 'delete':
      return { t: 'delete', ...about, target: act.target };
    case 'react':
      return { t: 'react', ...about, target: act.target, ...(act.reaction === null ? {} : { reaction: act.reaction }) };
    default:
      return { t: 'publish', ...about, text, ...(reply_to === null ? {} : { reply_to }) };
  }
}
