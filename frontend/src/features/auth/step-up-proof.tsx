import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiProblem, toProblem } from '@/api/problem';
import { cancelStepUp, confirmStepUp } from '@/api/step-up';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { problemText } from '@/lib/problem-text';

/** Mounted with each question, so that no password outlives it. */
export default function StepUpProof() {
  const { t } = useTranslation('auth');
  const { t: tc } = useTranslation();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState<'password' | 'code' | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const passwordRef = useRef<HTMLInputElement>(null);
  const codeRef = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    // The dialog lives in a portal inside the page: its form is nobody else's.
    event.stopPropagation();
    const lacks = !password ? 'password' : needsCode && !code.trim() ? 'code' : null;
    setMissing(lacks);
    setProblem(null);
    if (lacks) return (lacks === 'password' ? passwordRef : codeRef).current?.focus();
    setBusy(true);
    try {
      await confirmStepUp(password, needsCode ? code.trim() : undefined);
    } catch (error) {
      const failure = toProblem(error);
      if (failure.code === 'second_factor_required') setNeedsCode(true);
      else {
        setProblem(failure);
        if (failure.code === 'invalid_credentials') (needsCode ? codeRef : passwordRef).current?.select();
      }
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <p className="text-soft">{t('step_up.lead')}</p>
      {problem && (
        <Notice tone={problem.code === 'invalid_credentials' ? 'danger' : 'attention'} role="alert">
          {problem.code === 'invalid_credentials'
            ? t(needsCode ? 'step_up.wrong_with_code' : 'step_up.wrong')
            : problemText(problem)}
        </Notice>
      )}
      <Field label={t('password')} error={missing === 'password' ? t('required_password') : undefined}>
        {(wiring) => (
          <Input
            {...wiring}
            ref={passwordRef}
            autoFocus
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {needsCode && (
        <Field
          label={t('step_up.code')}
          hint={t('step_up.code_hint')}
          error={missing === 'code' ? t('step_up.required_code') : undefined}
        >
          {(wiring) => (
            <Input
              {...wiring}
              ref={codeRef}
              autoFocus
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
      )}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" busy={busy}>
          {t('step_up.confirm')}
        </Button>
        <Button look="quiet" onClick={cancelStepUp}>
          {tc('cancel')}
        </Button>
      </div>
    </form>
  );
}
