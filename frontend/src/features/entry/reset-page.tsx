import './entry-i18n';
import { CircleCheck, MailX } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { resetPassword } from '@/api/entry';
import { toProblem } from '@/api/problem';
import { Button, buttonClass } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { Notice } from '@/components/ui/notice';
import { problemText } from '@/lib/problem-text';
import { EntryFrame } from './entry-frame';
import { PasswordField } from './password-field';
import { MIN_PASSWORD } from './password-strength';
import { usePasswordError } from './use-password-error';

type State = 'asking' | 'busy' | 'done' | 'gone';

/** A new password with the link from a mail; its token stands behind `#`. */
export default function Page() {
  const { t } = useTranslation('entry');
  const { hash } = useLocation();
  const navigate = useNavigate();
  const passwordError = usePasswordError();
  const token = hash.slice(1);
  const [state, setState] = useState<State>(token ? 'asking' : 'gone');
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
      await resetPassword(token, password);
      setState('done');
      // The link has done its work and need not stay in the address.
      navigate('/redefinir', { replace: true });
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

  if (state === 'done' || state === 'gone') {
    const done = state === 'done';
    return (
      <EntryFrame title={t('reset.title')}>
        <div role="status">
          <Message
            icon={done ? CircleCheck : MailX}
            title={done ? t('reset.done_title') : t('reset.gone_title')}
            action={
              <Link to={done ? '/entrar' : '/esqueci'} className={buttonClass()}>
                {done ? t('reset.enter') : t('reset.again')}
              </Link>
            }
          >
            {done ? t('reset.done') : t('reset.gone')}
          </Message>
        </div>
      </EntryFrame>
    );
  }
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
