import './entry-i18n';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { changePassword } from '@/api/session';
import { useMe } from '@/api/use-session';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { problemText } from '@/lib/problem-text';
import { usePageTitle } from '@/lib/use-page-title';
import { PasswordField } from './password-field';
import { MIN_PASSWORD } from './password-strength';
import { usePasswordError } from './use-password-error';

type Errors = { old?: string | undefined; password?: string | undefined };

/** A new password with the old one. This device stays signed in. */
export default function Page() {
  const { t } = useTranslation('entry');
  const me = useMe();
  const passwordError = usePasswordError();
  const [old, setOld] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const oldRef = useRef<HTMLInputElement>(null);
  const newRef = useRef<HTMLInputElement>(null);
  usePageTitle(t('change.title'));

  async function submit(event: FormEvent) {
    event.preventDefault();
    setFailure(null);
    setDone(false);
    const found: Errors = {};
    if (!old) found.old = t('password.old_missing');
    if ([...password].length < MIN_PASSWORD) found.password = t('password.error.too_short');
    setErrors(found);
    if (found.old) return oldRef.current?.focus();
    if (found.password) return newRef.current?.focus();
    setBusy(true);
    try {
      await changePassword(old, password);
      setOld('');
      setPassword('');
      setDone(true);
    } catch (error) {
      const problem = toProblem(error);
      const weak = passwordError(problem);
      if (problem.code === 'invalid_credentials') {
        setErrors({ old: t('password.old_wrong') });
        oldRef.current?.focus();
      } else if (weak) {
        setErrors({ password: weak });
        newRef.current?.focus();
      } else setFailure(problemText(problem));
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="mx-auto max-w-130">
      <h1 className="text-3xl">{t('change.title')}</h1>
      <p className="mt-2 mb-7 text-soft">{t('change.lead')}</p>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        {failure && (
          <Notice tone="attention" role="alert">
            {failure}
          </Notice>
        )}
        {done && <Notice role="status">{t('change.done')}</Notice>}
        <PasswordField ref={oldRef} label={t('password.old')} value={old} onChange={setOld} error={errors.old} />
        <PasswordField
          ref={newRef}
          label={t('password.new')}
          value={password}
          onChange={setPassword}
          error={errors.password}
          context={[me.name]}
        />
        <Button type="submit" busy={busy} className="w-full">
          {busy ? t('reset.saving') : t('reset.save')}
        </Button>
      </form>
    </div>
  );
}
