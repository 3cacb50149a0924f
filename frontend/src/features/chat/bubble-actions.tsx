import { PencilLine, Reply, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import { actOn } from './act-on';
import type { LineProps } from './line';
import type { Live } from './live';
import { type ChatEvent, EDIT_WITHIN_MS, REACTIONS } from './protocol';
import { EMOJI, reactionsOf, reactTo } from './reactions';

export const action = 'flex min-h-11 items-center gap-1.5 rounded-md px-2 text-soft text-sm hover:text-ink';
const strong = 'flex min-h-11 items-center gap-2 rounded-md border px-3 font-semibold text-sm hover:bg-wash';

interface BubbleActionsProps extends LineProps {
  event: ChatEvent;
  onDone: () => void;
}

/** Everything else that can be done with a message: below it, large, and closed again when it is done. */
export function BubbleActions({ event, running, info, pending, onEdit, onReply, onDone }: BubbleActionsProps) {
  const { t } = useTranslation('chat');
  const [asks, setAsks] = useState(false);
  const mine = event.user === running.me;
  const mayEdit = mine && Date.now() - event.at < EDIT_WITHIN_MS;
  const own = reactionsOf(event, pending, running.me)[running.me];
  if (asks)
    return (
      <DeleteQuestion running={running} room={info.room} seq={event.seq} onDone={onDone} onNo={() => setAsks(false)} />
    );
  return (
    <div className="border-t py-2">
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">{t('react.label')}</legend>
        {REACTIONS.map((reaction) => (
          <button
            key={reaction}
            type="button"
            aria-pressed={own === reaction}
            className={cx(
              'flex min-h-11 items-center gap-1.5 rounded-full border px-3 text-sm hover:bg-wash',
              own === reaction ? 'border-primary bg-primary-wash font-semibold' : 'border-edge',
            )}
            onClick={() => {
              reactTo(running, info.room, event.seq, own === reaction ? null : reaction);
              onDone();
            }}
          >
            {/* With the word: not everybody reads the sign alike, and not every computer can draw it. */}
            <span className="text-lg leading-none" aria-hidden>
              {EMOJI[reaction]}
            </span>
            {t(`react.${reaction}`)}
          </button>
        ))}
      </fieldset>
      <div className={cx('flex flex-wrap gap-2 pt-2', !mine && 'md:hidden')}>
        <button
          type="button"
          className={cx(strong, 'border-edge md:hidden')}
          onClick={() => {
            onReply(event);
            onDone();
          }}
        >
          <Reply className="size-4" aria-hidden />
          {t('menu.reply')}
        </button>
        {mayEdit && (
          <button
            type="button"
            className={cx(strong, 'border-edge')}
            onClick={() => {
              onEdit(pending?.text === undefined ? event : { ...event, text: pending.text });
              onDone();
            }}
          >
            <PencilLine className="size-4" aria-hidden />
            {t('menu.edit')}
          </button>
        )}
        {mine && (
          <button type="button" className={cx(strong, 'border-edge')} onClick={() => setAsks(true)}>
            <Trash2 className="size-4" aria-hidden />
            {t('menu.delete')}
          </button>
        )}
      </div>
    </div>
  );
}

interface DeleteQuestionProps {
  running: Live;
  room: string;
  seq: number;
  onDone: () => void;
  onNo?: () => void;
}

/** Taking back is for good: it is asked for once more, beside the message. */
export function DeleteQuestion({ running, room, seq, onDone, onNo = onDone }: DeleteQuestionProps) {
  const { t } = useTranslation('chat');
  const no = useRef<HTMLButtonElement>(null);
  useEffect(() => no.current?.focus(), []);
  const erase = () => {
    actOn(running, room, { kind: 'delete', target: seq });
    onDone();
  };
  return (
    <div
      role="alertdialog"
      aria-label={t('delete.ask')}
      className="border-t py-2"
      onKeyDown={(event) => event.key === 'Escape' && onNo()}
    >
      <p className="pb-2 text-sm">
        <strong>{t('delete.ask')}</strong> {t('delete.note')}
      </p>
      <div className="flex flex-wrap gap-2">
        <button type="button" className={cx(strong, 'border-danger text-danger')} onClick={erase}>
          <Trash2 className="size-4" aria-hidden />
          {t('delete.yes')}
        </button>
        <button ref={no} type="button" className={cx(strong, 'border-edge')} onClick={onNo}>
          {t('delete.no')}
        </button>
      </div>
    </div>
  );
}
