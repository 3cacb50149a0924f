import i18next from 'i18next';
import { dismissToast, toast } from '@/components/ui/toast-store';
import { firstName } from '@/lib/people';
import type { ChatEvent } from './protocol';
import type { RoomState } from './room-state';

/** What comes within so long is said in one sentence. */
const TOGETHER_MS = 1_500;

/** Says in passing that something was written, when another page is open. */
export class Announcer {
  private readonly counts = new Map<string, number>();
  private readonly shown = new Map<string, number>();

  constructor(private readonly go: (path: string) => void) {}

  say({ room, info }: RoomState, messages: readonly ChatEvent[]): void {
    if (!info || window.location.pathname.startsWith('/conversas')) return;
    const before = this.counts.get(room);
    this.counts.set(room, (before ?? 0) + messages.length);
    if (before === undefined) setTimeout(() => this.show(room, info.student_name, info.kind), TOGETHER_MS);
  }

  private show(room: string, student: string, kind: 'family' | 'team'): void {
    const count = this.counts.get(room) ?? 0;
    this.counts.delete(room);
    if (window.location.pathname.startsWith('/conversas')) return;
    const old = this.shown.get(room);
    if (old !== undefined) dismissToast(old);
    const place = i18next.t(`kind_short.${kind}`, { ns: 'chat' });
    const text = i18next.t('news', { ns: 'chat', count, place: `${firstName(student)} · ${place}` });
    const open = { label: i18next.t('open', { ns: 'chat' }), run: () => this.go(`/conversas/${room}`) };
    this.shown.set(room, toast(text, open));
  }
}
