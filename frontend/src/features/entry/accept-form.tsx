import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { invitationSecret } from '@/api/entry';
import { type ApiProblem, toProblem } from '@/api/problem';
import { acceptInvitation } from '@/api/session';
import type { InvitationPreview } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { isSharedDevice, setSharedDevice } from '@/lib/device';
import { problemText } from '@/lib/problem-text';
import { PasswordField } from './password-field';
import { MIN_PASSWORD } from './password-strength';
import { usePasswordError } from './use-password-error';

type Errors = { name?: string | undefined; email?: string | undefined; password?: string | undefined };

/** Becoming somebody new: name, address, password. Everything else is the invitation's. */
export function AcceptForm({ secret, invitation }: { secret: string; invitation: InvitationPreview }) {
  const { t } = useTranslation(['entry', 'auth']);
  const navigate = useNavigate();
  const passwordError = usePasswordError();
  const fixed = invitation.email;
  const [name, setName] = useState(invitation.name);
  const [email, setEmail] = useState(fixed ?? '');
  const [password, setPassword] = useState('');
  const [shared, setShared] = useState(isSharedDevice);
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const nameRef = useRef<HTMLInputElement>(null);
  const emailRef = useRef<HTMLInputElement>(null);
  const passwordRef = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const found: Errors = {};
    if (!name.trim()) found.name = t('invitation.name_missing');
    if (!/^\S+@\S+$/.test(email.trim())) found.email = t('auth:bad_email');
    if ([...password].length < MIN_PASSWORD) found.password = t('password.error.too_short');
    setErrors(found);
    setProblem(null);
    if (found.name) return nameRef.current?.focus();
    if (found.email) return emailRef.current?.focus();
    if (found.password) return passwordRef.current?.focus();
    setBusy(true);
    const before = isSharedDevice();
    setSharedDevice(shared);
    try {
      const given = { name: name.trim(), password, shared_computer: shared, ...(!fixed && { email: email.trim() }) };
      await acceptInvitation({ ...invitationSecret(secret), ...given });
      navigate('/', { replace: true });
    } catch (error) {
      setSharedDevice(before);
      const failure = toProblem(error);
      const weak = passwordError(failure);
      const badEmail = failure.fields.some(({ field }) => field === 'email');
      if (weak) {
        setErrors({ password: weak });
        passwordRef.current?.focus();
      } else if (badEmail) {
        setErrors({ email: t('auth:bad_email') });
        emailRef.current?.focus();
      } else setProblem(failure);
      setBusy(false);
    }
  }

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      {problem && (
        <Notice
          tone="attention"
          role="alert"
          action={
            problem.code === 'account_exists' && (
              <Button look="outline" onClick={() => navigate('/entrar', { state: { from: `/convite#${secret}` } })}>
                {t('invitation.enter')}
              </Button>
            )
          }
        >
          {problem.code === 'account_exists'
            ? t('invitation.exists')
            : problem.code === 'not_found'
              ? t('invitation.gone')
              : problemText(problem)}
        </Notice>
      )}
      <Field label={t('invitation.name')} hint={t('invitation.name_hint')} error={errors.name}>
        {(wiring) => (
          <Input
            {...wiring}
            ref={nameRef}
            autoComplete="name"
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t('invitation.email')}
        hint={fixed ? t('invitation.email_fixed') : t('invitation.email_hint')}
        error={errors.email}
      >
        {(wiring) => (
          <Input
            {...wiring}
            ref={emailRef}
            type="email"
            inputMode="email"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            readOnly={fixed !== null}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <PasswordField
        ref={passwordRef}
        label={t('password.label')}
        value={password}
        onChange={setPassword}
        error={errors.password}
        context={[name, email, invitation.school_name]}
      />
      <Checkbox checked={shared} onChange={setShared} label={t('auth:shared')} hint={t('auth:shared_hint')} />
      <Button type="submit" busy={busy} className="w-full">
        {busy ? t('invitation.accepting') : t('invitation.accept')}
      </Button>
    </form>
  );
}
