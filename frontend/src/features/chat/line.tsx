import { useTranslation } from 'react-i18next';
import { dayWords } from '@/lib/dates';
import { AnnouncementCard } from './announcement-card';
import { Bubble } from './bubble';
import type { Live } from './live';
import type { ChatEvent, RoomInfo } from './protocol';
import type { RoomState } from './room-state';
import type { Divider, Pending, Row } from './rows';
import type { useSpeech } from './speech';
import { WaitingBubble } from './waiting-bubble';
import { nameList } from './words';

export interface LineProps {
  row: Row;
  running: Live;
  state: RoomState;
  info: RoomInfo;
  divider: Divider | null;
  flash: boolean;
  /** What is about to be done with this message. */
  pending: Pending | undefined;
  speech: ReturnType<typeof useSpeech>;
  onReply: (event: ChatEvent) => void;
  onEdit: (event: ChatEvent) => void;
  onJump: (seq: number) => void;
}

/** One row: what stands above it (a day, the beginning of what is new), and itself. */
export function Line(props: LineProps) {
  const { t } = useTranslation('chat');
  const { row, divider, running, state } = props;
  const at = row.kind === 'event' ? row.event.at : row.item.created;
  return (
    <div className="px-3 md:px-6">
      {row.newDay && <p className="py-3 text-center text-soft text-sm">{dayWords(new Date(at))}</p>}
      {row.kind === 'event' && row.divider && divider && (
        <p className="chat-divider font-semibold text-sm">{t('divider', { count: divider.count })}</p>
      )}
      {row.kind === 'waiting' ? (
        <WaitingBubble running={running} item={row.item} state={state} />
      ) : row.event.kind === 'announcement' ? (
        <AnnouncementCard {...props} event={row.event} />
      ) : row.event.kind === 'text' ? (
        <Bubble {...props} event={row.event} sameAuthor={row.sameAuthor} />
      ) : (
        <p className="py-2 text-center text-soft text-sm">
          {t(row.event.kind === 'member_added' ? 'joined' : 'left', {
            count: row.also.length + 1,
            names: nameList([row.event, ...row.also].map(({ name }) => name ?? t('somebody'))),
          })}
        </p>
      )}
    </div>
  );
}
