import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AdminPerson, AdminStudentDetail, StaffFunction } from '@/api/types';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { afterDay, today } from '@/lib/dates';
import { ActDialog } from './act-dialog';
import { PersonPicker } from './person-picker';
import { functionName, lives } from './words';

/** Functions that reach every student of the school without being in a team. The server decides; this only keeps the list short. */
const IN_NO_TEAM: readonly StaffFunction[] = ['principal', 'coordinator', 'network_manager'];

export function GiveLinkDialog({ student, onClose }: { student: AdminStudentDetail; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const [person, setPerson] = useState<AdminPerson | null>(null);
  const [chosen, setChosen] = useState<StaffFunction | null>(null);
  const [until, setUntil] = useState('');
  const held = (person?.functions ?? []).filter((each) => lives(each) && !IN_NO_TEAM.includes(each.function));
  const options = [...new Set(held.map((each) => each.function))];
  const name = options.find((each) => each === chosen) ?? options[0];
  const ready = person && name && (until === '' || until >= today());
  return (
    <ActDialog
      title={t('student.team_add')}
      onClose={onClose}
      act={
        ready
          ? {
              method: 'post',
              path: `/admin/students/${student.student_id}/team`,
              body: { user_id: person.user_id, function: name, ...(until && { valid_to: afterDay(until) }) },
            }
          : null
      }
      done={({ user_name }) => t('done.give_link', { name: user_name })}
      form={
        <>
          <PersonPicker schoolId={student.school_id} kind="staff" value={person} onChange={setPerson} />
          {person && options.length === 0 && <p>{t('form.function_none')}</p>}
          {options.length > 0 && (
            <Field label={t('form.function')} hint={t('form.function_hint')}>
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
          )}
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
