import './entry-i18n';
import { useQuery } from '@tanstack/react-query';
import { CloudOff, MailX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { invitationSecret, previewInvitation } from '@/api/entry';
import { toProblem } from '@/api/problem';
import { useSession } from '@/api/use-session';
import { Loading } from '@/components/layout/loading';
import { Button, buttonClass } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { problemText } from '@/lib/problem-text';
import { AcceptForm } from './accept-form';
import { CodeForm } from './code-form';
import { EntryFrame } from './entry-frame';
import { InvitationWords } from './invitation-words';
import { JoinForm } from './join-form';

/**
 * An invitation. Its secret stands behind `#`, where browsers keep it to themselves: from the mail's link, or put there by the form for
 * the code on paper, so that signing in first and coming back loses nothing.
 */
export default function Page() {
  const { t } = useTranslation('entry');
  const { hash } = useLocation();
  const navigate = useNavigate();
  const secret = hash.slice(1);
  if (!secret)
    return (
      <EntryFrame title={t('invitation.title')} lead={t('invitation.code_lead')}>
        <CodeForm label={t('invitation.code')} onCode={(code) => navigate(`/convite#${code}`)} />
        <p className="mt-5">
          <Link to="/entrar" className="inline-flex min-h-11 items-center underline">
            {t('invitation.to_login')}
          </Link>
        </p>
      </EntryFrame>
    );
  return <Opened key={secret} secret={secret} />;
}

function Opened({ secret }: { secret: string }) {
  const { t } = useTranslation(['entry', 'common']);
  const session = useSession();
  const { data, error, isPending, isFetching, refetch } = useQuery({
    queryKey: ['invitation', secret],
    queryFn: () => previewInvitation(invitationSecret(secret)),
    // A wrong code costs one of five tries: nobody asks twice without being told to.
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (isPending || session.status === 'starting') return <Loading />;
  if (error) {
    const problem = toProblem(error);
    const gone = problem.code === 'not_found' || problem.code === 'validation';
    return (
      <EntryFrame title={t('invitation.title')}>
        <Message
          icon={gone ? MailX : CloudOff}
          title={gone ? t('invitation.gone_title') : problemText(problem)}
          action={
            <>
              {!gone && (
                <Button busy={isFetching} onClick={() => void refetch()}>
                  {t('common:retry')}
                </Button>
              )}
              <Link to="/convite" className={buttonClass(gone ? 'primary' : 'outline')}>
                {t('invitation.other_code')}
              </Link>
              <Link to="/entrar" className={buttonClass('outline')}>
                {t('invitation.to_login')}
              </Link>
            </>
          }
        >
          {gone ? t('invitation.gone') : ''}
        </Message>
      </EntryFrame>
    );
  }
  const isIn = session.status === 'in';
  return (
    <EntryFrame title={t('invitation.title')}>
      <InvitationWords invitation={data} />
      {isIn ? <JoinForm secret={secret} me={session.me} /> : <AcceptForm secret={secret} invitation={data} />}
    </EntryFrame>
  );
}
