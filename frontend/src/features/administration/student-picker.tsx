import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { adminStudentsQuery } from '@/api/admin';
import type { AdminStudentsPage } from '@/api/types';
import { SearchPicker } from './search-picker';

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
  const { t } = useTranslation('administration');
  const [text, setText] = useState('');
  const sought = useDeferredValue(text.trim());
  const { data, isPending } = useInfiniteQuery(adminStudentsQuery(schoolId, sought));
  const students = data && (data.pages[0]?.students ?? []).slice(0, SHOWN);
  const choice = (student: PickedStudent) => ({
    id: student.student_id,
    name: student.name,
    detail: student.class_name ?? t('no_class'),
  });
  return (
    <SearchPicker
      name="student"
      searchLabel={t('search_students')}
      listLabel={t('invite.student')}
      noneText={t('invite.student_none')}
      text={text}
      onText={setText}
      isPending={isPending}
      found={students?.map(choice)}
      chosen={value && choice(value)}
      onChoose={(id) => {
        const student = students?.find(({ student_id }) => student_id === id);
        if (student) onChange(student);
      }}
      error={error}
    />
  );
}
