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
      <span className="line-clamp-2 text-soft [overflow-wrap:anywhere]">{quoted.text}</span>
    </>
  ) : (
    <span className="text-soft">{t('reply.earlier')}</span>
  );
  const look =
    'mb-1.5 block w-full rounded-md border-primary border-l-4 bg-wash px-2.5 py-1 text-left text-sm leading-snug';
  if (!onJump) return <span className={look}>{inside}</span>;
  return (
    <button type="button" className={`${look} min-h-11`} onClick={() => onJump(seq)}>
      <span className="sr-only">{t('reply.jump', { name })}: </span>
      {inside}
    </button>
  );
}
