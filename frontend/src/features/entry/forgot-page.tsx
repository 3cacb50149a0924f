import './entry-i18n';
import { MailCheck } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { requestReset } from '@/api/entry';
import { toProblem } from '@/api/problem';
import { Button, buttonClass } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Message } from '@/components/ui/message';
import { Notice } from '@/components/ui/notice';
import { problemText } from '@/lib/problem-text';
import { EntryFrame } from './entry-frame';

/** Asking for a new password by mail. Says the same whether there is such an account or not. */
export default function Page() {
  const { t } = useTranslation('entry');
  const [email, setEmail] = useState('');
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState(false);
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<string | null>(null);
  const ref = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setFailure(null);
    const bad = !/^\S+@\S+$/.test(email.trim());
    setError(bad ? t('forgot.bad_email') : undefined);
    if (bad) return ref.current?.focus();
    setBusy(true);
    try {
      await requestReset(email.trim());
      setSent(true);
    } catch (problem) {
      setFailure(problemText(toProblem(problem)));
    } finally {
      setBusy(false);
    }
  }

  const back = (
    <Link to="/entrar" className={buttonClass('outline')}>
      {t('forgot.back')}
    </Link>
  );
  if (sent)
    return (
      <EntryFrame title={t('forgot.title')}>
        <div role="status">
          <Message icon={MailCheck} title={t('forgot.sent_title')} action={back}>
            {t('forgot.sent')}
          </Message>
        </div>
      </EntryFrame>
    );
  return (
    <EntryFrame title={t('forgot.title')} lead={t('forgot.lead')}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        {failure && (
          <Notice tone="attention" role="alert">
            {failure}
          </Notice>
        )}
        <Field label={t('forgot.email')} error={error}>
          {(wiring) => (
            <Input
              {...wiring}
              ref={ref}
              type="email"
              inputMode="email"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" busy={busy} className="w-full">
          {busy ? t('forgot.sending') : t('forgot.send')}
        </Button>
        {back}
        <p className="text-soft text-sm">
          {t('forgot.no_mail')}{' '}
          <Link to="/redefinir" className="inline-flex min-h-11 items-center text-primary underline underline-offset-4">
            {t('forgot.have_code')}
          </Link>
        </p>
      </form>
    </EntryFrame>
  );
}
