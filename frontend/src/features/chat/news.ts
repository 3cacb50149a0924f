import i18next from 'i18next';
import { dismissToast, toast } from '@/components/ui/toast-store';
import { firstName } from '@/lib/people';
import { placeName, type RoomInfo } from './protocol';
import { type RoomState, unread } from './room-state';

/** What comes within so long is said in one sentence. */
const TOGETHER_MS = 1_500;

/** Says in passing that something was written, when another page is open. */
export class Announcer {
  /** Rooms about to be told of, as they are now. */
  private readonly about = new Map<string, RoomInfo>();
  private readonly shown = new Map<string, number>();

  constructor(private readonly go: (path: string) => void) {}

  say({ room, info }: RoomState): void {
    if (!info || isOpen()) return;
    if (!this.about.has(room)) setTimeout(() => this.show(room), TOGETHER_MS);
    this.about.set(room, info);
  }

  private show(room: string): void {
    const info = this.about.get(room);
    this.about.delete(room);
    if (!info || isOpen()) return;
    const old = this.shown.get(room);
    if (old !== undefined) dismissToast(old);
    const who = info.student_name ? firstName(info.student_name) : placeName(info);
    const place = `${who} · ${i18next.t(`kind_short.${info.kind}`, { ns: 'chat' })}`;
    // All that is unread there, so that the sentence is right however the messages were spread.
    const text = i18next.t('news', { ns: 'chat', count: unread(info), place });
    const open = { label: i18next.t('open', { ns: 'chat' }), run: () => this.go(`/conversas/${room}`) };
    this.shown.set(room, toast(text, open));
  }
}

function isOpen(): boolean {
  return window.location.pathname.startsWith('/conversas');
}
