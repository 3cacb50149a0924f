import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { BellRing, CheckCircle2, Square, Volume2 } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { Button } from '@/components/ui/button';
import { cx } from '@/lib/cx';
import { clock } from '@/lib/dates';
import { problemText } from '@/lib/problem-text';
import { AnnouncementTools } from './announcement-tools';
import { confirmAnnouncement, confirmationsQuery } from './class-queries';
import type { LineProps } from './line';
import type { ChatEvent } from './protocol';

type CardProps = LineProps & { event: ChatEvent };

/** What the school tells a class: a large title, the words, and one large button for families. */
export function AnnouncementCard(props: CardProps) {
  const { event, running, info, flash, speech, pending } = props;
  const { t } = useTranslation('chat');
  const mine = event.user === running.me;
  const isGone = pending?.deleted || event.text === undefined;
  const text = pending?.text ?? event.text ?? '';
  const key = String(event.seq);
  const speaking = speech?.speaking === key;
  const heard = useRef(false);
  const name = event.name ?? t('somebody');
  return (
    <article
      aria-label={`${t('class.card')}: ${event.title ?? ''}, ${mine ? t('you') : name}, ${clock(new Date(event.at))}`}
      className="pt-3"
    >
      <div
        className={cx(
          'chip mx-auto max-w-[640px] rounded-xl border px-4 pt-3 pb-2',
          flash ? 'border-primary bg-mark' : 'border-line bg-sheet',
        )}
      >
        <p className="flex flex-wrap items-center gap-x-2 text-soft text-sm">
          <BellRing className="size-4 text-primary" aria-hidden />
          <span className="font-semibold text-ink">{mine ? t('you') : name}</span>
          <span>{clock(new Date(event.at))}</span>
          {(event.edited_seq !== undefined || pending?.text !== undefined) && <span>{t('edit.mark')}</span>}
        </p>
        {isGone ? (
          <p className="py-2 text-soft italic">{t('class.deleted')}</p>
        ) : (
          <>
            <p className="pt-1 font-semibold text-xl leading-snug [overflow-wrap:anywhere]">{event.title}</p>
            <p className="whitespace-pre-wrap pt-1 leading-snug [overflow-wrap:anywhere]">{text}</p>
            <div className="flex flex-wrap items-center gap-x-1 pt-1">
              {speech && (
                <button
                  type="button"
                  aria-pressed={speaking}
                  className="-ml-2 flex min-h-11 items-center gap-1.5 rounded-md px-2 text-soft text-sm hover:text-ink"
                  onClick={() => {
                    heard.current = true;
                    speech.toggle(key, `${event.title}. ${text}`);
                  }}
                >
                  {speaking ? <Square className="size-4" aria-hidden /> : <Volume2 className="size-4" aria-hidden />}
                  {t(speaking ? 'menu.silence' : 'menu.listen')}
                </button>
              )}
            </div>
            {info.access === 'write' && <AnnouncementTools {...props} />}
            {event.needs_confirmation && info.reads_along && (
              <Confirmation room={info.room} seq={event.seq} how={() => (heard.current ? 'audio' : 'tap')} />
            )}
          </>
        )}
      </div>
    </article>
  );
}

function Confirmation({ room, seq, how }: { room: string; seq: number; how: () => 'tap' | 'audio' }) {
  const { t } = useTranslation('chat');
  const client = useQueryClient();
  const own = useQuery(confirmationsQuery(room));
  const confirm = useMutation({
    mutationFn: () => confirmAnnouncement(room, seq, how()),
    onSuccess: () => client.invalidateQueries({ queryKey: confirmationsQuery(room).queryKey }),
  });
  const done = own.data?.some((each) => each.seq === seq) || confirm.isSuccess;
  if (done)
    return (
      <p role="status" className="flex min-h-11 items-center gap-2 pb-1 font-semibold text-primary">
        <CheckCircle2 className="size-5" aria-hidden />
        {t('class.confirmed')}
      </p>
    );
  return (
    <div className="pb-2">
      <Button
        className="w-full text-lg"
        busy={confirm.isPending}
        disabled={own.isPending}
        onClick={() => confirm.mutate()}
      >
        <CheckCircle2 className="size-5" aria-hidden />
        {t('class.confirm')}
      </Button>
      {confirm.error && (
        <p role="alert" className="pt-1 text-danger text-sm">
          {problemText(toProblem(confirm.error))}
        </p>
      )}
    </div>
  );
}
