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
  const waiting = students.flatMap(({ name, pei }) => {
    const count = unsent.filter((entry) => entry.pei === pei?.pei_id).length;
    return pei && count > 0 ? [{ name, peiId: pei.pei_id, count }] : [];
  });
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
          <strong>{name}.</strong> {t('unsent', { count })}
        </Notice>
      ))}
    </div>
  );
}
