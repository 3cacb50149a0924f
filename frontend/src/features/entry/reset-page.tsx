import './entry-i18n';
import { CircleCheck, MailX } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { invitationSecret, resetPassword } from '@/api/entry';
import { toProblem } from '@/api/problem';
import { Button, buttonClass } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { Notice } from '@/components/ui/notice';
import { problemText } from '@/lib/problem-text';
import { CodeForm } from './code-form';
import { EntryFrame } from './entry-frame';
import { PasswordField } from './password-field';
import { MIN_PASSWORD } from './password-strength';
import { usePasswordError } from './use-password-error';

type State = 'asking' | 'busy' | 'gone';

/** A new password. Its secret stands behind `#`: from a mail's link, or put there by the form for the code from the school's paper. */
export default function Page() {
  const { t } = useTranslation('entry');
  const { hash } = useLocation();
  const navigate = useNavigate();
  // What was done stays told when the secret leaves the address.
  const [done, setDone] = useState<string | null>(null);
  const secret = hash.slice(1);
  if (done !== null)
    return (
      <EntryFrame title={t('reset.title')}>
        <div role="status">
          <Message
            icon={CircleCheck}
            title={t('reset.done_title')}
            action={
              <Link to="/entrar" className={buttonClass()}>
                {t('reset.enter')}
              </Link>
            }
          >
            {t('reset.done')}{' '}
            <strong className="text-ink [overflow-wrap:anywhere]">{t('reset.done_email', { email: done })}</strong>
          </Message>
        </div>
      </EntryFrame>
    );
  if (!secret)
    return (
      <EntryFrame title={t('reset.title')} lead={t('reset.code_lead')}>
        <CodeForm label={t('reset.code')} onCode={(code) => navigate(`/redefinir#${code}`)} />
        <p className="mt-5">
          <Link to="/esqueci" className="inline-flex min-h-11 items-center underline">
            {t('reset.by_mail')}
          </Link>
        </p>
      </EntryFrame>
    );
  return (
    <NewPassword
      key={secret}
      secret={secret}
      onDone={(email) => {
        setDone(email);
        // The secret has done its work and need not stay in the address.
        navigate('/redefinir', { replace: true });
      }}
    />
  );
}

function NewPassword({ secret, onDone }: { secret: string; onDone: (email: string) => void }) {
  const { t } = useTranslation('entry');
  const passwordError = usePasswordError();
  const shown = invitationSecret(secret);
  const onPaper = 'code' in shown;
  const [state, setState] = useState<State>('asking');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<string | null>(null);
  const ref = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setFailure(null);
    const short = [...password].length < MIN_PASSWORD;
    setError(short ? t('password.error.too_short') : undefined);
    if (short) return ref.current?.focus();
    setState('busy');
    try {
      onDone((await resetPassword(shown, password)).email);
    } catch (problem) {
      const refused = toProblem(problem);
      if (refused.code === 'not_found') return setState('gone');
      const weak = passwordError(refused);
      setError(weak);
      if (!weak) setFailure(problemText(refused));
      setState('asking');
      ref.current?.focus();
    }
  }

  if (state === 'gone')
    return (
      <EntryFrame title={t('reset.title')}>
        <div role="status">
          <Message
            icon={MailX}
            title={t(onPaper ? 'reset.code_gone_title' : 'reset.gone_title')}
            action={
              <Link to={onPaper ? '/redefinir' : '/esqueci'} className={buttonClass()}>
                {t(onPaper ? 'reset.code_again' : 'reset.again')}
              </Link>
            }
          >
            {t(onPaper ? 'reset.code_gone' : 'reset.gone')}
          </Message>
        </div>
      </EntryFrame>
    );
  return (
    <EntryFrame title={t('reset.title')} lead={t('reset.lead')}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        {failure && (
          <Notice tone="attention" role="alert">
            {failure}
          </Notice>
        )}
        <PasswordField
          ref={ref}
          label={t('password.new')}
          value={password}
          onChange={setPassword}
          error={error}
          context={[]}
        />
        <Button type="submit" busy={state === 'busy'} className="w-full">
          {state === 'busy' ? t('reset.saving') : t('reset.save')}
        </Button>
      </form>
    </EntryFrame>
  );
}
