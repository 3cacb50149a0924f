import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type KindFilter, peopleQuery } from '@/api/admin';
import type { AdminPerson } from '@/api/types';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { personWords } from './words';

interface PersonPickerProps {
  schoolId: string;
  kind: KindFilter;
  value: AdminPerson | null;
  onChange: (person: AdminPerson) => void;
}

const SHOWN = 6;

/** Somebody of the school, found by name. */
export function PersonPicker({ schoolId, kind, value, onChange }: PersonPickerProps) {
  const { t } = useTranslation(['administration', 'common']);
  const [text, setText] = useState('');
  const sought = useDeferredValue(text.trim());
  const { data, isPending } = useInfiniteQuery(peopleQuery(schoolId, sought, kind, SHOWN));
  const found = (data?.pages[0]?.people ?? []).filter(({ is_self, closed_at }) => !is_self && closed_at === null);
  const shown = value && !found.some(({ user_id }) => user_id === value.user_id) ? [value, ...found] : found;
  return (
    <div className="flex flex-col gap-2">
      <Field label={t('form.person_search')}>
        {(wiring) => (
          <Input
            {...wiring}
            type="text"
            inputMode="search"
            maxLength={100}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <fieldset>
        <legend className="mb-1 font-semibold text-sm">{t('form.person')}</legend>
        {isPending && <p role="status">{t('common:loading')}</p>}
        {data && shown.length === 0 && <p className="text-soft">{t('form.person_none')}</p>}
        <div className="flex flex-col gap-1">
          {shown.map((person) => (
            <label
              key={person.user_id}
              className="flex min-h-11 cursor-pointer items-center gap-3 rounded-md border border-edge px-3 py-1.5 leading-tight has-checked:border-primary has-checked:bg-primary-wash has-focus-visible:outline-3 has-focus-visible:outline-focus"
            >
              <input
                type="radio"
                name="person"
                className="size-4.5 shrink-0 accent-primary outline-none"
                checked={person.user_id === value?.user_id}
                onChange={() => onChange(person)}
              />
              <span className="min-w-0 [overflow-wrap:anywhere]">
                <span className="block font-semibold">{person.name}</span>
                <span className="block text-soft text-sm">{personWords(person)}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
    </div>
  );
}
