import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AdminPerson, AdminSchool, StaffFunction } from '@/api/types';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { afterDay, today } from '@/lib/dates';
import { ActDialog } from './act-dialog';
import { functionName, lives } from './words';

interface GiveFunctionDialogProps {
  person: AdminPerson;
  schools: readonly AdminSchool[];
  onClose: () => void;
}

export function GiveFunctionDialog({ person, schools, onClose }: GiveFunctionDialogProps) {
  const { t } = useTranslation('administration');
  const places = schools.filter(({ may }) => may.appoint.length > 0);
  const [place, setPlace] = useState(places[0]?.school_id ?? '');
  const [chosen, setChosen] = useState<StaffFunction | null>(null);
  const [until, setUntil] = useState('');
  const school = places.find(({ school_id }) => school_id === place);
  const held = person.functions.filter((each) => lives(each) && each.school_id === place).map((each) => each.function);
  const options = (school?.may.appoint ?? []).filter((each) => !held.includes(each));
  const name = options.find((each) => each === chosen) ?? options[0];
  return (
    <ActDialog
      title={t('functions.give')}
      onClose={onClose}
      act={
        school && name && (until === '' || until >= today())
          ? {
              method: 'post',
              path: `/admin/people/${person.user_id}/functions`,
              body: { function: name, school_id: school.school_id, ...(until && { valid_to: afterDay(until) }) },
            }
          : null
      }
      done={({ user_name }) => t('done.give_function', { name: user_name })}
      form={
        <>
          {places.length > 1 && (
            <Field label={t('school')}>
              {(wiring) => (
                <Select {...wiring} value={place} onChange={(event) => setPlace(event.target.value)}>
                  {places.map((each) => (
                    <option key={each.school_id} value={each.school_id}>
                      {each.name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
          <Field label={t('form.function')}>
            {(wiring) => (
              <Select {...wiring} value={name} onChange={(event) => setChosen(event.target.value as StaffFunction)}>
                {options.map((each) => (
                  <option key={each} value={each}>
                    {functionName(each)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t('form.until')}>
            {(wiring) => (
              <Input
                {...wiring}
                type="date"
                min={today()}
                value={until}
                onChange={(event) => setUntil(event.target.value)}
              />
            )}
          </Field>
        </>
      }
    />
  );
}
