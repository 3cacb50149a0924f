import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ADMIN_KEY } from '@/api/admin';
import { http } from '@/api/http';
import type { AdminSchool, WaitingCorrection } from '@/api/types';
import { fullDayWords } from '@/lib/dates';
import { Part } from './parts';

/** What waits for an answer in a school; nothing when nothing waits, so that it is noticed when something does. */
export function WaitingCorrections({ school }: { school: AdminSchool }) {
  const { t } = useTranslation('emergency');
  const { data } = useQuery({
    queryKey: [ADMIN_KEY, 'corrections', school.school_id],
    staleTime: 0,
    queryFn: async ({ signal }) => {
      const params = { school_id: school.school_id };
      return (await http.get<{ corrections: WaitingCorrection[] }>('/admin/corrections', { signal, params })).data
        .corrections;
    },
  });
  if (!data || data.length === 0) return null;
  return (
    <Part title={t('waiting.title')}>
      <ul>
        {data.map(({ correction_id, student_id, student_name, asked_as, due_at }) => {
          const due = new Date(due_at);
          const late = due.getTime() < Date.now();
          return (
            <li key={correction_id} className="border-t first:border-t-0">
              <Link
                to={`/estudantes/${student_id}/privacidade`}
                className="-mx-2 flex min-h-14 items-center gap-3 rounded-md px-2 py-2 text-ink no-underline hover:bg-wash"
              >
                <span className="min-w-0 flex-1 leading-tight [overflow-wrap:anywhere]">
                  <span className="block font-semibold">{student_name}</span>
                  <span className={late ? 'block font-semibold text-danger text-sm' : 'block text-soft text-sm'}>
                    {t(asked_as === 'guardian' ? 'waiting.family' : 'waiting.team')} ·{' '}
                    {t(late ? 'waiting.late' : 'waiting.due', { date: fullDayWords(due) })}
                  </span>
                </span>
                <ChevronRight className="size-5 shrink-0 text-soft" aria-hidden />
              </Link>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
