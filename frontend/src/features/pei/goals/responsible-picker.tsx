import { UserRoundPlus } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TeamMember } from '@/api/types';
import { Avatar } from '@/components/ui/avatar';
import { buttonClass } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { PersonLine } from '@/components/ui/person-line';

interface ResponsiblePickerProps {
  value: readonly string[];
  team: readonly TeamMember[];
  editable: boolean;
  onChange: (value: string[]) => void;
}

/** Who answers for a goal, chosen from the team in place. Somebody who left the team stays visible and can be taken off. */
export function ResponsiblePicker({ value, team, editable, onChange }: ResponsiblePickerProps) {
  const { t } = useTranslation('pei');
  const { t: tk } = useTranslation();
  const [open, setOpen] = useState(false);
  const id = useId();
  const people = [...new Map(team.map((member) => [member.user_id, member])).values()];
  const person = (userId: string) => people.find((member) => member.user_id === userId);
  const toggle = (userId: string, on: boolean) =>
    onChange(on ? [...value, userId] : value.filter((each) => each !== userId));
  const choice = (userId: string, name: string, detail: string) => (
    <li key={userId}>
      <Checkbox
        checked={value.includes(userId)}
        onChange={(on) => toggle(userId, on)}
        label={<PersonLine id={userId} name={name} detail={detail} />}
      />
    </li>
  );
  return (
    <fieldset>
      <legend className={`mb-1 font-semibold text-sm ${editable ? '' : 'text-soft'}`}>{t('goals.responsible')}</legend>
      {value.length === 0 && !editable && <p className="text-soft italic">{t('goals.no_responsible')}</p>}
      <div className="flex flex-wrap items-center gap-2">
        {value.map((userId) => {
          const name = person(userId)?.name ?? t('goals.unknown_person');
          return (
            <span
              key={userId}
              className="chip inline-flex min-h-8 items-center gap-2 rounded-full border border-transparent bg-wash py-1 pr-3 pl-1 text-sm"
            >
              <Avatar id={userId} name={name} size="sm" />
              {name}
            </span>
          );
        })}
        {editable && (
          <button
            type="button"
            aria-expanded={open}
            aria-controls={`${id}-choices`}
            onClick={() => setOpen(!open)}
            className={buttonClass('outline', 'font-normal!')}
          >
            <UserRoundPlus className="size-5 text-soft" aria-hidden />
            {t(open ? 'goals.close_responsible' : 'goals.choose_responsible')}
          </button>
        )}
      </div>
      {editable && open && (
        <ul id={`${id}-choices`} className="fade mt-3 grid gap-x-4 gap-y-2 rounded-lg border p-3 md:grid-cols-2">
          {people.map((member) => choice(member.user_id, member.name, tk(`function.${member.function}`)))}
          {value.filter((each) => !person(each)).map((each) => choice(each, t('goals.unknown_person'), ''))}
        </ul>
      )}
    </fieldset>
  );
}
