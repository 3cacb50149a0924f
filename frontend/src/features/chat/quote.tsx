import { useTranslation } from 'react-i18next';
import { eventAt, type RoomState } from './room-state';

interface QuoteProps {
  state: RoomState;
  me: string;
  seq: number;
  onJump?: (seq: number) => void;
}

/** The message that is answered; a press leads to it. */
export function Quote({ state, me, seq, onJump }: QuoteProps) {
  const { t } = useTranslation('chat');
  const quoted = eventAt(state, seq);
  const name = quoted?.user === me ? t('you') : (quoted?.name ?? t('somebody'));
  const inside = quoted ? (
    <>
      <span className="block font-semibold">{name}</span>
      <span className="chat-quote-text text-soft [overflow-wrap:anywhere]">{quoted.text ?? t('deleted.short')}</span>
    </>
  ) : (
    <span className="text-soft">{t('reply.earlier')}</span>
  );
  const look = 'chat-quote rounded-md bg-wash text-sm leading-snug';
  if (!onJump) return <span className={look}>{inside}</span>;
  return (
    <button type="button" className={`${look} min-h-11`} onClick={() => onJump(seq)}>
      <span className="sr-only">{t('reply.jump', { name })}: </span>
      {inside}
    </button>
  );
}
