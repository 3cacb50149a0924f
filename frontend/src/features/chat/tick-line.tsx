import { Check, CheckCheck, Clock } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import { clock } from '@/lib/dates';
import type { ChatEvent } from './protocol';
import type { RoomState } from './room-state';
import { type Delivery, delivery, type Tick } from './ticks';
import { nameList } from './words';

const ICONS = { waiting: Clock, sent: Check, received: CheckCheck, read: CheckCheck };

/** The mark alone; whoever draws it says the words. */
export function TickMark({ tick }: { tick: Tick }) {
  const Icon = ICONS[tick];
  return <Icon className={cx('size-4.5', tick === 'read' ? 'text-primary' : 'text-soft')} aria-hidden />;
}

/** How far one's own message came: a mark, in words for the ear, and in more words for whoever presses it. */
export function TickLine({ state, event, me }: { state: RoomState; event: ChatEvent; me: string }) {
  const { t } = useTranslation('chat');
  const [open, setOpen] = useState(false);
  const { tick, readBy, others, missing } = delivery(state, event.seq, me);
  const short = t(`tick.${tick}`);
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-11 items-center gap-1.5 rounded-md px-2 text-soft text-xs"
      >
        {clock(new Date(event.at))}
        <TickMark tick={tick} />
        <span className="sr-only">{short}</span>
      </button>
      {open && (
        <p role="status" className="order-last w-full pb-2 text-right text-sm">
          {longWords({ tick, readBy, others, missing }, t)}
        </p>
      )}
    </>
  );
}

type T = ReturnType<typeof useTranslation<'chat'>>['t'];

function longWords({ tick, readBy, others, missing }: Delivery, t: T): string {
  if (others === 0) return t('tick.alone');
  if (tick === 'read') return t('tick.read');
  if (readBy === 0) return t(tick === 'received' ? 'tick.nobody_received' : 'tick.nobody_sent');
  return t('tick.partly', { count: readBy, total: others, names: nameList(missing) });
}
