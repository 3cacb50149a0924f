import { ArrowRight, BookOpen, Clock3, Eye, PenLine, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { StudentSummary } from '@/api/types';
import { PeiStateChip } from '@/components/pei-state';
import { whenWords } from '@/lib/dates';

export function StudentCard({ student }: { student: StudentSummary }) {
  const { t } = useTranslation('students');
  const { pei } = student;
  const Access = pei && pei.writable_sections.length > 0 ? PenLine : BookOpen;
  const place = [student.class_name ?? t('no_class'), student.school_name].join(' · ');
  // `Tie` also names kinds of account that are never tied to a student.
  const relation = student.relations
    .flatMap((each) => (each === 'staff' || each === 'operator' ? [] : [t(`relation.${each}`)]))
    .join('. ');
  return (
    <article className="group relative flex h-full flex-col gap-3 rounded-xl border bg-sheet p-5 transition-colors focus-within:border-primary hover:border-primary">
      <div className="flex items-start justify-between gap-3">
        <h2 className="text-xl">
          {pei ? (
            <Link
              to={`/peis/${pei.pei_id}`}
              aria-label={t('open', { name: student.name })}
              className="after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none focus-visible:after:outline-3 focus-visible:after:outline-focus focus-visible:after:outline-offset-2"
            >
              {student.name}
            </Link>
          ) : (
            student.name
          )}
        </h2>
        {pei && (
          <ArrowRight
            className="mt-1 size-5 shrink-0 text-soft transition-transform group-hover:translate-x-0.5 group-hover:text-primary"
            aria-hidden
          />
        )}
      </div>
      <p className="-mt-2 text-soft">{place}</p>
      <div>{pei ? <PeiStateChip state={pei.state} /> : <span className="text-soft">{t('no_pei')}</span>}</div>
      {pei && (
        <ul className="flex flex-col gap-1 text-sm">
          <li className="flex items-start gap-2">
            <Access className="mt-0.5 size-4 shrink-0 text-soft" aria-hidden />
            {pei.writable_sections.length > 0
              ? t('writes', { count: pei.writable_sections.length })
              : t('reads', { count: pei.readable_sections.length })}
          </li>
          <li className="flex items-start gap-2">
            <Clock3 className="mt-0.5 size-4 shrink-0 text-soft" aria-hidden />
            {pei.updated_at ? t('updated', { when: whenWords(pei.updated_at) }) : t('never_updated')}
          </li>
        </ul>
      )}
      <div className="mt-auto flex flex-wrap items-center justify-between gap-x-3 border-t pt-3 text-sm">
        <p className="text-soft">{relation}</p>
        <Link
          to={`/estudantes/${student.student_id}/privacidade`}
          aria-label={t('privacy_of', { name: student.name })}
          className="relative z-10 -mx-2 -mb-2 inline-flex min-h-11 items-center gap-2 rounded-md px-2 font-semibold text-primary hover:bg-wash"
        >
          <ShieldCheck className="size-4 shrink-0" aria-hidden />
          {t('privacy')}
        </Link>
        {student.sees_accesses && (
          // Above the link that covers the card.
          <Link
            to={`/estudantes/${student.student_id}/acessos`}
            aria-label={t('accesses_of', { name: student.name })}
            className="relative z-10 -mx-2 -mb-2 inline-flex min-h-11 items-center gap-2 rounded-md px-2 font-semibold text-primary hover:bg-wash"
          >
            <Eye className="size-4 shrink-0" aria-hidden />
            {t('accesses')}
          </Link>
        )}
      </div>
    </article>
  );
}
