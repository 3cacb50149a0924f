import { useMutation } from '@tanstack/react-query';
import { MessageCirclePlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { toProblem } from '@/api/problem';
import { useMe } from '@/api/use-session';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { firstName } from '@/lib/people';
import { problemText } from '@/lib/problem-text';
import { openDesk } from './class-queries';
import type { RoomInfo } from './protocol';

const DESKS = ['coordination', 'aee'] as const;

/** For families: a conversation of their own with the coordination or the resource room, for each child. */
export function DeskDoors({ rooms }: { rooms: readonly RoomInfo[] }) {
  const { t } = useTranslation('chat');
  const me = useMe();
  const navigate = useNavigate();
  const open = useMutation({
    mutationFn: ({ student, desk }: { student: string; desk: (typeof DESKS)[number] }) => openDesk(student, desk),
    onSuccess: (room) => navigate(`/conversas/${room}`),
  });
  if (me.kind !== 'guardian') return null;
  const children = rooms.filter(({ kind, student }) => kind === 'family' && student);
  const has = (student: string, desk: string) =>
    rooms.some((room) => room.kind === `desk_${desk}` && room.student === student && room.guardian === me.user_id);
  const doors = children.flatMap(({ student = '', student_name = '' }) =>
    DESKS.filter((desk) => !has(student, desk)).map((desk) => ({ student, name: firstName(student_name), desk })),
  );
  if (doors.length === 0) return null;
  return (
    <section aria-labelledby="desks" className="mt-6 px-1">
      <h2 id="desks" className="pb-1 text-lg">
        {t('desk.title')}
      </h2>
      <p className="pb-3 text-soft text-sm">{t('desk.note')}</p>
      <ul className="flex flex-col gap-2">
        {doors.map(({ student, name, desk }) => (
          <li key={`${student}-${desk}`}>
            <Button
              look="outline"
              className="w-full justify-start text-left"
              busy={open.isPending && open.variables?.student === student && open.variables.desk === desk}
              onClick={() => open.mutate({ student, desk })}
            >
              <MessageCirclePlus className="size-5 shrink-0 text-primary" aria-hidden />
              {t(`desk.${desk}`, { name })}
            </Button>
          </li>
        ))}
      </ul>
      {open.error && (
        <div className="pt-3">
          <Notice tone="danger" role="alert">
            {problemText(toProblem(open.error))}
          </Notice>
        </div>
      )}
    </section>
  );
}
