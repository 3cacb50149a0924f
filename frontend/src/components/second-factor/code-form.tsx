import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiProblem, toProblem } from '@/api/problem';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { problemText } from '@/lib/problem-text';

const DIGITS = 6;

interface CodeFormProps {
  /** Letters and digits of a recovery code, instead of six numbers. */
  recovery?: boolean;
  submit: string;
  onCode: (code: string) => Promise<void>;
  children?: ReactNode;
}

/** One big field for a code. Six numbers are sent as soon as they are there. */
export function CodeForm({ recovery = false, submit, onCode, children }: CodeFormProps) {
  const { t } = useTranslation('account');
  const [code, setCode] = useState('');
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const field = useRef<HTMLInputElement>(null);

  async function send(text: string) {
    setMissing(!text);
    setProblem(null);
    if (!text) return field.current?.focus();
    setBusy(true);
    try {
      await onCode(text);
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
      field.current?.select();
    }
  }

  function change(text: string) {
    if (recovery) return setCode(text);
    const digits = text.replace(/\D/g, '').slice(0, DIGITS);
    setCode(digits);
    if (digits.length === DIGITS && digits !== code && !busy) void send(digits);
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    void send(code.trim());
  }

  const wrong = problem && ['invalid_credentials', 'validation'].includes(problem.code);
  return (
    <form onSubmit={onSubmit} noValidate className="flex flex-col gap-4">
      {problem && (
        <Notice tone={wrong ? 'danger' : 'attention'} role="alert">
          {wrong ? t(recovery ? 'code.wrong_recovery' : 'code.wrong') : problemText(problem)}
        </Notice>
      )}
      <Field
        label={t(recovery ? 'code.recovery' : 'code.label')}
        hint={t(recovery ? 'code.recovery_hint' : 'code.hint')}
        error={missing ? t('code.required') : undefined}
      >
        {(wiring) => (
          <Input
            {...wiring}
            ref={field}
            autoFocus
            inputMode={recovery ? 'text' : 'numeric'}
            autoComplete={recovery ? 'off' : 'one-time-code'}
            autoCapitalize="characters"
            spellCheck={false}
            readOnly={busy}
            className={
              recovery ? 'font-mono text-lg uppercase' : 'min-h-16! text-center font-mono text-3xl! tracking-[0.3em]'
            }
            value={code}
            onChange={(event) => change(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" busy={busy} className="w-full">
        {submit}
      </Button>
      {children}
    </form>
  );
}
