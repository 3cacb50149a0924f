import { useQuery } from '@tanstack/react-query';
import { Download, ListChecks, PencilLine, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import type { StudentReceipt } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { whenWords } from '@/lib/dates';
import { problemText } from '@/lib/problem-text';
import { saveFile } from '@/lib/save-file';
import { DeleteQuestion } from './bubble-actions';
import { receiptsQuery, receiptsTable } from './class-queries';
import type { LineProps } from './line';
import type { ChatEvent } from './protocol';

/** For those who announce: who has read it, and for its author changing and taking back. */
export function AnnouncementTools({ event, running, info, onEdit }: LineProps & { event: ChatEvent }) {
  const { t } = useTranslation('chat');
  const [open, setOpen] = useState(false);
  const [asks, setAsks] = useState(false);
  const mine = event.user === running.me;
  return (
    <div className="border-t pt-2 pb-1">
      <div className="flex flex-wrap gap-2">
        <Button look="outline" aria-expanded={open} onClick={() => setOpen(!open)}>
          <ListChecks className="size-4" aria-hidden />
          {t('class.readers')}
        </Button>
        {mine && (
          <>
            <Button look="quiet" onClick={() => onEdit(event)}>
              <PencilLine className="size-4" aria-hidden />
              {t('menu.edit')}
            </Button>
            <Button look="quiet" aria-expanded={asks} onClick={() => setAsks(!asks)}>
              <Trash2 className="size-4" aria-hidden />
              {t('menu.delete')}
            </Button>
          </>
        )}
      </div>
      {asks && <DeleteQuestion running={running} room={info.room} seq={event.seq} onDone={() => setAsks(false)} />}
      {open && <Receipts room={info.room} seq={event.seq} />}
    </div>
  );
}

function Receipts({ room, seq }: { room: string; seq: number }) {
  const { t } = useTranslation('chat');
  const { data, error, isPending } = useQuery(receiptsQuery(room, seq));
  const download = async () => {
    saveFile(t('class.file'), await receiptsTable(room, seq));
  };
  if (isPending)
    return (
      <p role="status" className="py-3 text-soft">
        {t('class.loading')}
      </p>
    );
  if (error)
    return (
      <div className="py-3">
        <Notice tone="danger" role="alert">
          {problemText(toProblem(error))}
        </Notice>
      </div>
    );
  const waits = new Set(data.outstanding);
  const outstanding = data.students.filter(({ student_id }) => waits.has(student_id));
  const others = data.students.filter(({ student_id }) => !waits.has(student_id));
  return (
    <div className="py-3">
      {data.needs_confirmation && (
        <p role="status" className="font-semibold">
          {t('class.count', { count: data.students_confirmed, total: data.students_in_class })}
        </p>
      )}
      {outstanding.length > 0 && <List title={t('class.outstanding')} students={outstanding} />}
      {others.length > 0 && <List title={t(data.needs_confirmation ? 'class.done' : 'class.seen')} students={others} />}
      {data.students.length === 0 && <p className="pt-2 text-soft">{t('class.nobody')}</p>}
      <Button look="outline" className="mt-3" onClick={() => void download()}>
        <Download className="size-4" aria-hidden />
        {t('class.download')}
      </Button>
    </div>
  );
}

function List({ title, students }: { title: string; students: readonly StudentReceipt[] }) {
  const { t } = useTranslation('chat');
  return (
    <>
      <p className="pt-3 pb-1 font-semibold text-sm">{title}</p>
      <ul className="flex flex-col gap-2">
        {students.map(({ student_id, name, guardians }) => (
          <li key={student_id} className="leading-snug">
            {name}
            {guardians.length === 0 && <span className="block text-soft text-sm">{t('class.no_guardian')}</span>}
            {guardians.map(({ user_id, name: guardian, seen_at, confirmed_at }) => (
              <span key={user_id} className="block text-soft text-sm">
                {guardian}:{' '}
                {confirmed_at
                  ? t('class.confirmed_at', { when: whenWords(confirmed_at) })
                  : seen_at
                    ? t('class.seen_at', { when: whenWords(seen_at) })
                    : t('class.not_seen')}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
