import { Ellipsis, Reply, Square, Volume2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '@/components/ui/avatar';
import { cx } from '@/lib/cx';
import { clock } from '@/lib/dates';
import { action, BubbleActions } from './bubble-actions';
import { useFunctionWords } from './function-words';
import type { LineProps } from './line';
import type { ChatEvent } from './protocol';
import { Quote } from './quote';
import { ReactionChips } from './reactions';
import { TickLine, TickMark } from './tick-line';

interface BubbleProps extends LineProps {
  event: ChatEvent;
  sameAuthor: boolean;
}

/** A message of the log. Who speaks is said in words and colour; one's own stand on the right. */
export function Bubble(props: BubbleProps) {
  const { event, sameAuthor, running, state, info, flash, speech, pending, onReply, onJump } = props;
  const { t } = useTranslation('chat');
  const words = useFunctionWords();
  const [open, setOpen] = useState(false);
  const more = useRef<HTMLButtonElement>(null);
  const mine = event.user === running.me;
  const name = event.name ?? t('somebody');
  const works = words(state.members.find(({ user }) => user === event.user)?.function ?? '');
  const text = pending?.deleted ? undefined : (pending?.text ?? event.text);
  const key = String(event.seq);
  const speaking = speech?.speaking === key;
  const writes = info.access === 'write';
  // What was pressed is gone: the cursor goes back to where it came from.
  const done = () => {
    setOpen(false);
    more.current?.focus();
  };
  const isChanging = pending?.text !== undefined || pending?.deleted;
  return (
    <article
      aria-label={`${mine ? t('you') : name}, ${clock(new Date(event.at))}`}
      className={cx('flex gap-2', sameAuthor ? 'pt-1' : 'pt-3', mine && 'justify-end')}
    >
      {!mine && (sameAuthor ? <span className="w-9 shrink-0" /> : <Avatar id={event.user ?? ''} name={name} />)}
      <div className="chat-bubble">
        {!mine && !sameAuthor && (
          <p className="pb-0.5 text-sm leading-tight">
            <span className="font-semibold">{name}</span>
            {works && <span className="text-soft"> · {works}</span>}
          </p>
        )}
        <div
          className={cx(
            'chip rounded-xl border px-3 pt-2 transition-colors',
            flash ? 'border-primary bg-mark' : mine ? 'border-transparent bg-primary-wash' : 'border-line bg-sheet',
          )}
        >
          {text !== undefined && event.reply_to !== undefined && event.reply_to !== null && (
            <Quote state={state} me={running.me} seq={event.reply_to} onJump={onJump} />
          )}
          {text === undefined ? (
            <p className="pb-1 text-soft italic">{t(mine ? 'deleted.mine' : 'deleted.short')}</p>
          ) : (
            <p className="whitespace-pre-wrap leading-snug [overflow-wrap:anywhere]">{text}</p>
          )}
          <div className="-mr-2 flex flex-wrap items-center justify-end gap-x-1">
            {text !== undefined && (
              <>
                {speech && (
                  <button
                    type="button"
                    aria-pressed={speaking}
                    className={action}
                    onClick={() => speech.toggle(key, text)}
                  >
                    {speaking ? <Square className="size-4" aria-hidden /> : <Volume2 className="size-4" aria-hidden />}
                    {t(speaking ? 'menu.silence' : 'menu.listen')}
                  </button>
                )}
                {writes && (
                  <>
                    {/* A phone has no room for it beside the rest: there it is among the others. */}
                    <button type="button" className={cx(action, 'max-md:hidden')} onClick={() => onReply(event)}>
                      <Reply className="size-4" aria-hidden />
                      {t('menu.reply')}
                    </button>
                    <button
                      ref={more}
                      type="button"
                      aria-expanded={open}
                      className={action}
                      onClick={() => setOpen(!open)}
                    >
                      <Ellipsis className="size-4" aria-hidden />
                      {t('menu.more')}
                    </button>
                  </>
                )}
                {(event.edited_seq !== undefined || pending?.text !== undefined) && (
                  <span className="px-1 text-soft text-xs">{t('edit.mark')}</span>
                )}
              </>
            )}
            {mine && isChanging ? (
              <span className="flex min-h-11 items-center px-2">
                <TickMark tick="waiting" />
                <span className="sr-only">{t('tick.waiting')}</span>
              </span>
            ) : mine && text !== undefined ? (
              <TickLine state={state} event={event} me={running.me} />
            ) : (
              <span className="flex min-h-11 items-center px-1 text-soft text-xs">{clock(new Date(event.at))}</span>
            )}
          </div>
          {open && writes && text !== undefined && <BubbleActions {...props} onDone={done} />}
        </div>
        {text !== undefined && <ReactionChips {...props} />}
      </div>
    </article>
  );
}
