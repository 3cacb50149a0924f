import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { invitationSecret, joinWithInvitation } from '@/api/entry';
import { toProblem } from '@/api/problem';
import type { Me } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { problemText } from '@/lib/problem-text';

/** Taking an invitation with the account that is signed in: a second child, another school. */
export function JoinForm({ secret, me }: { secret: string; me: Me }) {
  const { t } = useTranslation('entry');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function join() {
    setBusy(true);
    setFailure(null);
    try {
      await joinWithInvitation(invitationSecret(secret));
      await queries.invalidateQueries({ queryKey: ['students'] });
      navigate('/', { replace: true });
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'forbidden') setFailure(t('invitation.not_for_you'));
      else setFailure(problem.code === 'not_found' ? t('invitation.gone') : problemText(problem));
      setBusy(false);
    }
  }

  return (
    <div className="flex flex-col gap-5">
      {failure && (
        <Notice tone="attention" role="alert">
          {failure}
        </Notice>
      )}
      <p>{t('invitation.signed_in_as', { name: me.name })}</p>
      <Button busy={busy} onClick={() => void join()} className="w-full">
        {busy ? t('invitation.joining') : t('invitation.join')}
      </Button>
    </div>
  );
}
