import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { StudentSummary } from '@/api/types';
import { buttonClass } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { listUnsent } from '@/features/collab/unsent';

/** Text typed without connection is sent when its PEI is opened again: the person must know which one. */
export function UnsentNotice({ userId, students }: { userId: string; students: readonly StudentSummary[] }) {
  const { t } = useTranslation('students');
  const unsent = listUnsent(userId);
  const waiting = [...new Set(unsent.map(({ pei }) => pei))].map((peiId) => ({
    peiId,
    // Without a name the plan is out of reach, and its text waits to be taken along.
    name: students.find(({ pei }) => pei?.pei_id === peiId)?.name,
    count: unsent.filter(({ pei }) => pei === peiId).length,
  }));
  if (waiting.length === 0) return null;
  return (
    <div className="mt-5 flex flex-col gap-3">
      {waiting.map(({ name, peiId, count }) => (
        <Notice
          key={peiId}
          tone="attention"
          action={
            <Link to={`/peis/${peiId}`} className={buttonClass('outline')}>
              {t('unsent_open')}
            </Link>
          }
        >
          {name ? (
            <>
              <strong>{name}.</strong> {t('unsent', { count })}
            </>
          ) : (
            t('unsent_lost')
          )}
        </Notice>
      ))}
    </div>
  );
}
