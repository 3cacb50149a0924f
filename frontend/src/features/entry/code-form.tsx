import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { CODE_LENGTH, groupCode, readCode } from './printed-code';

interface CodeFormProps {
  label: string;
  onCode: (code: string) => void;
}

/** The code from paper, in big letters and groups of four. */
export function CodeForm({ label, onCode }: CodeFormProps) {
  const { t } = useTranslation('entry');
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  const ref = useRef<HTMLInputElement>(null);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (code.length === CODE_LENGTH) return onCode(code);
    setError(t('invitation.code_short'));
    ref.current?.focus();
  }

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <Field label={label} hint={t('invitation.code_hint')} error={error}>
        {(wiring) => (
          <Input
            {...wiring}
            ref={ref}
            value={groupCode(code)}
            onChange={(event) => {
              setCode(readCode(event.target.value));
              setError(undefined);
            }}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            className="py-3 text-center font-semibold text-2xl tracking-widest"
          />
        )}
      </Field>
      <Button type="submit" className="w-full">
        {t('invitation.code_next')}
      </Button>
    </form>
  );
}
