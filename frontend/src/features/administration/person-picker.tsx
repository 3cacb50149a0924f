import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type KindFilter, peopleQuery } from '@/api/admin';
import type { AdminPerson } from '@/api/types';
import { SearchPicker } from './search-picker';
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
  const { t } = useTranslation('administration');
  const [text, setText] = useState('');
  const sought = useDeferredValue(text.trim());
  const { data, isPending } = useInfiniteQuery(peopleQuery(schoolId, sought, kind, SHOWN));
  const people = data?.pages[0]?.people.filter(({ is_self, closed_at }) => !is_self && closed_at === null);
  const choice = (person: AdminPerson) => ({ id: person.user_id, name: person.name, detail: personWords(person) });
  return (
    <SearchPicker
      name="person"
      searchLabel={t('form.person_search')}
      listLabel={t('form.person')}
      noneText={t('form.person_none')}
      text={text}
      onText={setText}
      isPending={isPending}
      found={people?.map(choice)}
      chosen={value && choice(value)}
      onChoose={(id) => {
        const person = people?.find(({ user_id }) => user_id === id);
        if (person) onChange(person);
      }}
    />
  );
}
