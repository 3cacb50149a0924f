import { Eye, EyeOff } from 'lucide-react';
import { type FormEvent, lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiProblem, toProblem } from '@/api/problem';
import { getSession, login } from '@/api/session';
import type { Owed } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { isSharedDevice, setSharedDevice } from '@/lib/device';
import { problemText } from '@/lib/problem-text';

/** Setting up draws a QR code; most people never need that. */
const SecondStep = lazy(() => import('./second-step'));

interface LoginFormProps {
  /** After a session that ended the device keeps its mode, and the question is not asked again. */
  askShared?: boolean;
  onDone: () => void;
  /** What is being asked for now, for the page's title. */
  onStep?: (step: 'password' | Owed) => void;
}

type Errors = { email?: string; password?: string };

/** The page was loaded again between the two steps. */
export function owedBefore(): Owed | null {
  const session = getSession();
  return session.status === 'out' ? (session.owed ?? null) : null;
}

export function LoginForm({ askShared = true, onDone, onStep }: LoginFormProps) {
  const { t } = useTranslation('auth');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [shared, setShared] = useState(isSharedDevice);
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [owed, setOwed] = useState<Owed | null>(owedBefore);
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const emailRef = useRef<HTMLInputElement>(null);
  const passwordRef = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const found: Errors = {};
    if (!email.trim()) found.email = t('required_email');
    else if (!/^\S+@\S+$/.test(email.trim())) found.email = t('bad_email');
    if (!password) found.password = t('required_password');
    setErrors(found);
    setProblem(null);
    if (found.email) return emailRef.current?.focus();
    if (found.password) return passwordRef.current?.focus();
    setBusy(true);
    // Before the session starts: what opens next must already know whether it may keep anything here.
    const before = isSharedDevice();
    if (askShared) setSharedDevice(shared);
    try {
      const missing = await login(email.trim(), password, shared);
      if (!missing) return onDone();
      setPassword('');
      setOwed(missing);
      onStep?.(missing);
    } catch (error) {
      if (askShared) setSharedDevice(before);
      const failure = toProblem(error);
      setProblem(failure);
      if (failure.code === 'invalid_credentials') passwordRef.current?.select();
    } finally {
      setBusy(false);
    }
  }

  if (owed)
    return (
      <Suspense fallback={null}>
        <SecondStep
          owed={owed}
          onDone={onDone}
          onBack={() => {
            setOwed(null);
            onStep?.('password');
          }}
        />
      </Suspense>
    );

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      {problem && (
        <Notice tone={problem.code === 'invalid_credentials' ? 'danger' : 'attention'} role="alert">
          {problemText(problem)}
        </Notice>
      )}
      <Field label={t('email')} error={errors.email}>
        {(wiring) => (
          <Input
            {...wiring}
            ref={emailRef}
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
      <Field label={t('password')} error={errors.password}>
        {(wiring) => (
          <div className="relative">
            <Input
              {...wiring}
              ref={passwordRef}
              type={shown ? 'text' : 'password'}
              autoComplete="current-password"
              className="pr-13"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
            <IconButton
              label={shown ? t('hide_password') : t('show_password')}
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
              className="absolute top-1/2 right-0.5 -translate-y-1/2"
            >
              {shown ? <EyeOff className="size-5" aria-hidden /> : <Eye className="size-5" aria-hidden />}
            </IconButton>
          </div>
        )}
      </Field>
      {askShared && <Checkbox checked={shared} onChange={setShared} label={t('shared')} hint={t('shared_hint')} />}
      <Button type="submit" busy={busy} className="w-full">
        {busy ? t('submitting') : t('submit')}
      </Button>
    </form>
  );
}
