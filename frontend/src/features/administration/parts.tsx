import { CloudOff, SearchX } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { toProblem } from '@/api/problem';
import { Button, buttonClass } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { cx } from '@/lib/cx';
import { problemText } from '@/lib/problem-text';
import './admin-i18n';

/** One part of a page with its heading and its act. */
export function Part({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mt-8 rounded-xl border bg-sheet p-4 md:p-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id={id} className="text-xl">
          {title}
        </h2>
        {action}
      </div>
      <div className="mt-3">{children}</div>
    </section>
  );
}

/** One tie: what it is, since when, and what can be done about it. */
export function TieRow({ children, detail, actions }: { children: ReactNode; detail: ReactNode; actions?: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t py-3 first:border-t-0">
      <div className="min-w-0 flex-1 basis-60 [overflow-wrap:anywhere]">
        <div className="font-semibold">{children}</div>
        <div className="text-soft text-sm">{detail}</div>
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </li>
  );
}

/** Ties that ended, out of the way until somebody wants to know. */
export function Past({ count, children }: { count: number; children: ReactNode }) {
  const { t } = useTranslation('administration');
  const [open, setOpen] = useState(false);
  if (count === 0) return null;
  return (
    <details className="border-t pt-1" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex min-h-11 cursor-pointer items-center text-soft text-sm underline underline-offset-4">
        {t('past', { count })}
      </summary>
      {open && <ul>{children}</ul>}
    </details>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  /** The legend is seen, and not only heard. */
  shown?: boolean;
  name: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

/** One of few, as buttons in a row. */
export function Choice<T extends string>({ legend, shown = false, name, value, options, onChange }: ChoiceProps<T>) {
  return (
    <fieldset className={shown ? undefined : 'mt-5'}>
      <legend className={shown ? 'mb-1 font-semibold text-sm' : 'sr-only'}>{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map(([option, label]) => (
          <label
            key={option}
            className={cx(
              'flex min-h-11 cursor-pointer items-center rounded-md border border-edge px-4 font-semibold has-checked:border-primary has-checked:bg-primary-wash has-checked:text-primary',
              'has-focus-visible:outline-3 has-focus-visible:outline-focus',
            )}
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={option === value}
              onChange={() => onChange(option)}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Waiting() {
  const { t } = useTranslation();
  return (
    <div className="mt-8 flex flex-col gap-3">
      <p role="status" className="sr-only">
        {t('loading')}
      </p>
      {[0, 1, 2, 3].map((each) => (
        <div key={each} className="skeleton h-16 w-full" />
      ))}
    </div>
  );
}

export function Broken({ error, busy, onRetry }: { error: unknown; busy: boolean; onRetry: () => void }) {
  const { t } = useTranslation(['administration', 'common']);
  return (
    <Message
      icon={CloudOff}
      title={t('error_title')}
      action={
        <Button busy={busy} onClick={onRetry}>
          {t('common:retry')}
        </Button>
      }
    >
      {problemText(toProblem(error))}
    </Message>
  );
}

export function Missing() {
  const { t } = useTranslation('administration');
  return (
    <Message
      icon={SearchX}
      level={1}
      title={t('gone.title')}
      action={
        <Link to="/administracao" className={buttonClass('outline')}>
          {t('back')}
        </Link>
      }
    >
      {t('gone.body')}
    </Message>
  );
}

export function BackLink({ to = '/administracao' }: { to?: string }) {
  const { t } = useTranslation('administration');
  return (
    <Link to={to} className="inline-flex min-h-11 items-center text-primary underline underline-offset-4">
      {t('back')}
    </Link>
  );
}
