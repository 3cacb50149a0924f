import { useTranslation } from 'react-i18next';
import type { InvitationPreview } from '@/api/types';

/** What the invitation says, in big plain words. */
export function InvitationWords({ invitation }: { invitation: InvitationPreview }) {
  const { t } = useTranslation(['entry', 'common']);
  const { student_first_name: student, school_name: school, function: held, team_function: team } = invitation;
  return (
    <div className="mb-7 rounded-xl border bg-sheet p-5">
      <p className="font-semibold text-xl leading-snug">
        {student ? t('invitation.hello_guardian', { student }) : t('invitation.hello_staff', { school })}
      </p>
      {held && <p className="mt-2">{t('invitation.function', { what: t(`common:function.${held}`) })}</p>}
      {team && <p className="mt-2">{t('invitation.team_function', { what: t(`common:function.${team}`) })}</p>}
      <p className="mt-2 text-soft">
        {t('invitation.from', { who: t(`common:function.${invitation.inviter_function}`), school })}
      </p>
    </div>
  );
}
