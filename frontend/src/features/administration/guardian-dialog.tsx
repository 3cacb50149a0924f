import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AdminGuardianship, AdminPerson, AdminStudentDetail, Custody } from '@/api/types';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { ActDialog } from './act-dialog';
import { PersonPicker } from './person-picker';

const CUSTODIES: readonly Custody[] = ['shared', 'sole', 'none'];

interface GuardianDialogProps {
  student: AdminStudentDetail;
  /** The one to change; without it a new one. */
  guardianship?: AdminGuardianship;
  onClose: () => void;
}

/** A guardian's data: what they are to the child, custody, what they see, and what a court forbids. */
export function GuardianDialog({ student, guardianship, onClose }: GuardianDialogProps) {
  const { t } = useTranslation('administration');
  const [person, setPerson] = useState<AdminPerson | null>(null);
  const [data, setData] = useState({
    kinship: guardianship?.kinship ?? '',
    custody: guardianship?.custody ?? ('shared' as Custody),
    can_view: guardianship?.can_view ?? true,
    can_write: guardianship?.can_write ?? true,
    judicial_restriction: guardianship?.judicial_restriction ?? false,
  });
  const change = (part: Partial<typeof data>) => setData((before) => ({ ...before, ...part }));
  const path = `/admin/students/${student.student_id}/guardians`;
  const filled = data.kinship.trim() !== '';
  const give =
    person && filled ? ({ method: 'post', path, body: { user_id: person.user_id, ...data } } as const) : null;
  const act =
    guardianship && filled
      ? ({
          method: 'patch',
          path: `${path}/${guardianship.guardianship_id}`,
          body: { version: guardianship.version, ...data },
        } as const)
      : give;
  return (
    <ActDialog
      title={
        guardianship ? t('student.guardian_edit_label', { name: guardianship.user_name }) : t('student.guardian_add')
      }
      onClose={onClose}
      act={act}
      done={({ user_name }) => t(guardianship ? 'done.guardian' : 'done.give_guardian', { name: user_name })}
      form={
        <>
          {!guardianship && (
            <PersonPicker schoolId={student.school_id} kind="guardian" value={person} onChange={setPerson} />
          )}
          <Field label={t('form.kinship')} hint={t('form.kinship_hint')}>
            {(wiring) => (
              <Input
                {...wiring}
                required
                maxLength={60}
                value={data.kinship}
                onChange={(event) => change({ kinship: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('form.custody')}>
            {(wiring) => (
              <Select
                {...wiring}
                value={data.custody}
                onChange={(event) => change({ custody: event.target.value as Custody })}
              >
                {CUSTODIES.map((each) => (
                  <option key={each} value={each}>
                    {t(`custody.${each}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <div>
            <Checkbox
              checked={data.can_view}
              onChange={(can_view) => change({ can_view })}
              label={t('form.can_view')}
            />
            <Checkbox
              checked={data.can_write}
              onChange={(can_write) => change({ can_write })}
              label={t('form.can_write')}
            />
          </div>
          <div className="rounded-lg border border-danger bg-danger-wash px-3 py-2">
            <Checkbox
              checked={data.judicial_restriction}
              onChange={(judicial_restriction) => change({ judicial_restriction })}
              label={<strong>{t('form.restriction')}</strong>}
              hint={t('form.restriction_hint')}
            />
          </div>
        </>
      }
    />
  );
}
