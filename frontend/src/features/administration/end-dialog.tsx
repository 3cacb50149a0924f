import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/api/admin';
import type { Effect } from '@/api/types';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { afterDay, today } from '@/lib/dates';
import { ActDialog } from './act-dialog';

interface EndDialogProps {
  title: string;
  onClose: () => void;
  /** The act for an end now (null) or at an instant. */
  act: (at: string | null) => Act;
  done: (effect: Effect, later: boolean) => string;
  undo?: (effect: Effect) => Act | null;
}

/** Ends a tie: now, or with the end of a day. */
export function EndDialog({ title, onClose, act, done, undo }: EndDialogProps) {
  const { t } = useTranslation('administration');
  const [later, setLater] = useState(false);
  const [day, setDay] = useState('');
  const choice = (value: boolean, label: string) => (
    <label className="flex min-h-11 cursor-pointer items-center gap-3 rounded-md border border-edge px-3 has-checked:border-primary has-checked:bg-primary-wash has-focus-visible:outline-3 has-focus-visible:outline-focus">
      <input
        type="radio"
        name="when"
        className="size-4.5 accent-primary outline-none"
        checked={later === value}
        onChange={() => setLater(value)}
      />
      {label}
    </label>
  );
  return (
    <ActDialog
      title={title}
      onClose={onClose}
      act={later ? (day >= today() ? act(afterDay(day)) : null) : act(null)}
      done={(effect) => done(effect, later)}
      {...(undo && { undo: (effect: Effect) => (later ? null : undo(effect)) })}
      form={
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 font-semibold text-sm">{t('form.when')}</legend>
          {choice(false, t('form.now'))}
          {choice(true, t('form.on_date'))}
          {later && (
            <Field label={t('form.last_day')}>
              {(wiring) => (
                <Input
                  {...wiring}
                  type="date"
                  min={today()}
                  required
                  value={day}
                  onChange={(event) => setDay(event.target.value)}
                />
              )}
            </Field>
          )}
        </fieldset>
      }
    />
  );
}
