import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { adminStudentsQuery } from '@/api/admin';
import type { AdminStudentsPage } from '@/api/types';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

export type PickedStudent = Pick<AdminStudentsPage['students'][number], 'student_id' | 'name' | 'class_name'>;

interface StudentPickerProps {
  schoolId: string;
  value: PickedStudent | null;
  onChange: (student: PickedStudent) => void;
  error?: string | undefined;
}

const SHOWN = 5;

/** A student of the school, found by name. */
export function StudentPicker({ schoolId, value, onChange, error }: StudentPickerProps) {
  const { t } = useTranslation(['administration', 'common']);
  const [text, setText] = useState('');
  const sought = useDeferredValue(text.trim());
  const { data, isPending } = useInfiniteQuery(adminStudentsQuery(schoolId, sought));
  const found = (data?.pages[0]?.students ?? []).slice(0, SHOWN);
  const shown = value && !found.some(({ student_id }) => student_id === value.student_id) ? [value, ...found] : found;
  return (
    <div className="flex flex-col gap-2">
      <Field label={t('search_students')} error={error}>
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
        <legend className="mb-1 font-semibold text-sm">{t('invite.student')}</legend>
        {isPending && <p role="status">{t('common:loading')}</p>}
        {data && shown.length === 0 && <p className="text-soft">{t('invite.student_none')}</p>}
        <div className="flex flex-col gap-1">
          {shown.map((student) => (
            <label
              key={student.student_id}
              className="flex min-h-11 cursor-pointer items-center gap-3 rounded-md border border-edge px-3 py-1.5 leading-tight has-checked:border-primary has-checked:bg-primary-wash has-focus-visible:outline-3 has-focus-visible:outline-focus"
            >
              <input
                type="radio"
                name="student"
                className="size-4.5 shrink-0 accent-primary outline-none"
                checked={student.student_id === value?.student_id}
                onChange={() => onChange(student)}
              />
              <span className="min-w-0 [overflow-wrap:anywhere]">
                <span className="block font-semibold">{student.name}</span>
                <span className="block text-soft text-sm">{student.class_name ?? t('no_class')}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
    </div>
  );
}
