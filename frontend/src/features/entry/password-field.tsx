import { Eye, EyeOff } from 'lucide-react';
import { forwardRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { cx } from '@/lib/cx';
import { MIN_PASSWORD, type Strength, strengthOf } from './password-strength';

interface PasswordFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  /** A new password: with a hint and a meter. The words are what others know of the person. */
  context?: readonly string[];
}

const BARS: Record<Strength, number> = { empty: 0, short: 1, weak: 1, ok: 2, strong: 3 };

export const PasswordField = forwardRef<HTMLInputElement, PasswordFieldProps>(
  ({ label, value, onChange, error, context }, ref) => {
    const { t } = useTranslation('entry');
    const [shown, setShown] = useState(false);
    const isNew = context !== undefined;
    return (
      <div>
        <Field label={label} hint={isNew ? t('password.hint') : undefined} error={error}>
          {(wiring) => (
            <div className="relative">
              <Input
                {...wiring}
                ref={ref}
                type={shown ? 'text' : 'password'}
                autoComplete={isNew ? 'new-password' : 'current-password'}
                autoCapitalize="none"
                spellCheck={false}
                className="pr-13"
                value={value}
                onChange={(event) => onChange(event.target.value)}
              />
              <IconButton
                label={shown ? t('password.hide') : t('password.show')}
                aria-pressed={shown}
                onClick={() => setShown(!shown)}
                className="absolute top-1/2 right-0.5 -translate-y-1/2"
              >
                {shown ? <EyeOff className="size-5" aria-hidden /> : <Eye className="size-5" aria-hidden />}
              </IconButton>
            </div>
          )}
        </Field>
        {isNew && <Meter password={value} context={context} />}
      </div>
    );
  },
);
PasswordField.displayName = 'PasswordField';

function Meter({ password, context }: { password: string; context: readonly string[] }) {
  const { t } = useTranslation('entry');
  const strength = strengthOf(password, context);
  const words =
    strength === 'empty'
      ? ''
      : strength === 'short'
        ? t('password.meter.short', { count: MIN_PASSWORD - [...password].length })
        : t(`password.meter.${strength}`);
  return (
    <div className="mt-2 flex min-h-6 items-center gap-3">
      <span className="flex w-24 shrink-0 gap-1" aria-hidden>
        {[1, 2, 3].map((bar) => (
          <span
            key={bar}
            className={cx(
              'h-2 flex-1 rounded-full',
              bar > BARS[strength] ? 'bg-line' : BARS[strength] === 1 ? 'bg-accent' : 'bg-primary',
            )}
          />
        ))}
      </span>
      <p role="status" className="text-sm">
        {words}
      </p>
    </div>
  );
}
