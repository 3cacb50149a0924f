import { Eye } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Pei } from '@/api/types';
import { PeiStateChip } from '@/components/pei-state';

interface PeiHeaderProps {
  pei: Pei;
  titleRef: (element: HTMLElement | null) => void;
}

export function PeiHeader({ pei, titleRef }: PeiHeaderProps) {
  const { t } = useTranslation('pei');
  const { student } = pei;
  return (
    <header className="mb-6 border-b pb-5 md:mb-8 md:pb-6">
      <p className="font-semibold text-primary text-sm">{t('eyebrow', { year: String(pei.school_year) })}</p>
      <h1 ref={titleRef} className="mt-1 text-3xl [overflow-wrap:anywhere] md:text-4xl">
        {student.name}
      </h1>
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <PeiStateChip state={pei.state} />
        <span className="text-soft">{[student.class_name, student.school_name].filter(Boolean).join(' · ')}</span>
        <span className="hidden text-soft md:inline">{t('team_count', { count: pei.team.length })}</span>
        {student.sees_accesses && (
          <Link
            to={`/estudantes/${student.student_id}/acessos`}
            state={{ from: `/peis/${pei.pei_id}` }}
            className="-mx-2 inline-flex min-h-11 items-center gap-2 rounded-md px-2 font-semibold text-base text-primary hover:bg-wash"
          >
            <Eye className="size-4 shrink-0" aria-hidden />
            {t('accesses')}
          </Link>
        )}
      </div>
    </header>
  );
}
