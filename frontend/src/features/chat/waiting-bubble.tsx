import { CircleAlert, Eraser, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import { clock } from '@/lib/dates';
import type { Live } from './live';
import type { OutboxItem } from './outbox';
import { Quote } from './quote';
import type { RoomState } from './room-state';
import { TickMark } from './tick-line';

const action = 'flex min-h-11 items-center gap-1.5 rounded-md px-2 font-semibold text-sm underline underline-offset-4';

/** A message that is not in the log yet, or did not get there: nothing is ever lost in silence. */
export function WaitingBubble({ running, item, state }: { running: Live; item: OutboxItem; state: RoomState }) {
  const { t, i18n } = useTranslation('chat');
  const { sender } = running.client.conversations;
  const failed = item.state === 'failed';
  const code = item.code && i18n.exists(`chat:failed.${item.code}`) ? item.code : 'unknown';
  return (
    <article aria-label={t('you')} className="flex justify-end pt-3">
      <div className="chat-bubble">
        <div
          className={cx(
            'chip rounded-xl border px-3 py-2',
            failed ? 'border-danger bg-danger-wash' : 'border-transparent bg-primary-wash',
          )}
        >
          {item.reply_to !== null && <Quote state={state} me={running.me} seq={item.reply_to} />}
          {item.act && <p className="font-semibold text-sm">{t(`failed.act.${item.act.kind}`)}</p>}
          {item.text && <p className="whitespace-pre-wrap leading-snug [overflow-wrap:anywhere]">{item.text}</p>}
          {!failed && (
            <p className="flex items-center justify-end gap-1.5 text-soft text-xs">
              {clock(new Date(item.created))}
              <TickMark tick={item.state === 'acked' ? 'sent' : 'waiting'} />
              <span className="sr-only">{t(item.state === 'acked' ? 'tick.sent' : 'tick.waiting')}</span>
            </p>
          )}
        </div>
        {failed && (
          <div className="pt-1 text-right">
            <p role="alert" className="text-sm">
              <CircleAlert className="mr-1 inline size-4.5 text-danger" aria-hidden />
              <strong className="text-danger">{t(item.act ? 'failed.not_done' : 'failed.not_sent')}</strong>{' '}
              {t(`failed.${code}` as 'failed.unknown')}
            </p>
            <div className="flex flex-wrap justify-end gap-1">
              <button type="button" className={action} onClick={() => void sender.again(item.client)}>
                <RotateCcw className="size-4" aria-hidden />
                {t('failed.again')}
              </button>
              <button type="button" className={action} onClick={() => void sender.erase(item.client)}>
                <Eraser className="size-4" aria-hidden />
                {t('failed.erase')}
              </button>
            </div>
          </div>
        )}
      </div>
    </article>
  );
}
