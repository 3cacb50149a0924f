import { useTranslation } from 'react-i18next';
import type { AdminSchool, Custody, StaffFunction } from '@/api/types';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { IN_NO_TEAM } from './invite-words';
import { Choice } from './parts';
import { type PickedStudent, StudentPicker } from './student-picker';
import { functionName } from './words';

const CUSTODIES: readonly Custody[] = ['shared', 'sole', 'none'];
const TEAM: readonly StaffFunction[] = [
  'class_teacher',
  'aee_teacher',
  'psychologist',
  'speech_therapist',
  'occupational_therapist',
  'educational_psychologist',
  'support_professional',
];

export interface InviteDraft {
  kind: 'staff' | 'guardian';
  name: string;
  way: 'mail' | 'code';
  email: string;
  /** Null: no function in the school, only a place in a team. */
  held: StaffFunction | null;
  inTeam: boolean;
  team: StaffFunction;
  student: PickedStudent | null;
  kinship: string;
  custody: Custody;
  can_write: boolean;
}

export type Wanting = 'name' | 'email' | 'student' | 'kinship';

/** Whether this school's rights leave anybody to invite. */
export const mayInvite = ({ may }: AdminSchool) => may.appoint.length > 0 || may.link_team || may.link_guardians;

export function startDraft({ may }: AdminSchool): InviteDraft {
  const held = may.appoint[0] ?? null;
  return {
    kind: may.appoint.length > 0 || !may.link_guardians ? 'staff' : 'guardian',
    name: '',
    way: 'mail',
    email: '',
    held,
    inTeam: held === null,
    team: 'class_teacher',
    student: null,
    kinship: '',
    custody: 'shared',
    can_write: true,
  };
}

/** The fields that still lack something. */
export function wanting(draft: InviteDraft): Set<Wanting> {
  const lacks = new Set<Wanting>();
  if (draft.name.trim() === '') lacks.add('name');
  if (draft.way === 'mail' && !/^\S+@\S+$/.test(draft.email.trim())) lacks.add('email');
  if (!draft.student && (draft.kind === 'guardian' || draft.inTeam)) lacks.add('student');
  if (draft.kind === 'guardian' && draft.kinship.trim() === '') lacks.add('kinship');
  return lacks;
}

interface InviteFormProps {
  school: AdminSchool;
  draft: InviteDraft;
  onChange: (draft: InviteDraft) => void;
  errors: ReadonlySet<Wanting>;
}

export function InviteForm({ school, draft, onChange, errors }: InviteFormProps) {
  const { t } = useTranslation('administration');
  const { may, school_id } = school;
  const change = (part: Partial<InviteDraft>) => onChange({ ...draft, ...part });
  const error = (field: Wanting) => (errors.has(field) ? t(`invite.error.${field}`) : undefined);
  const staffed = may.appoint.length > 0 || may.link_team;
  const guardian = draft.kind === 'guardian';
  // What is chosen at first stands first: that is where the focus comes to rest.
  const kinds = may.appoint.length > 0 ? (['staff', 'guardian'] as const) : (['guardian', 'staff'] as const);
  return (
    <>
      {staffed && may.link_guardians && (
        <Choice
          legend={t('invite.kind')}
          shown
          name="invite-kind"
          value={draft.kind}
          options={kinds.map((kind) => [kind, t(`invite.${kind}`)] as const)}
          onChange={(kind) => change({ kind, ...(kind === 'staff' && { way: 'mail' }) })}
        />
      )}
      <Field label={t('invite.name')} error={error('name')}>
        {(wiring) => (
          <Input
            {...wiring}
            maxLength={200}
            autoComplete="off"
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      {guardian && (
        <Choice
          legend={t('invite.way')}
          shown
          name="invite-way"
          value={draft.way}
          options={[
            ['mail', t('invite.mail')],
            ['code', t('invite.code')],
          ]}
          onChange={(way) => change({ way })}
        />
      )}
      {draft.way === 'mail' ? (
        <Field label={t('invite.email')} hint={t('invite.email_hint')} error={error('email')}>
          {(wiring) => (
            <Input
              {...wiring}
              type="email"
              maxLength={254}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={draft.email}
              onChange={(event) => change({ email: event.target.value })}
            />
          )}
        </Field>
      ) : (
        <p className="text-soft">{t('invite.code_hint')}</p>
      )}
      {guardian ? (
        <>
          <StudentPicker
            schoolId={school_id}
            value={draft.student}
            onChange={(student) => change({ student })}
            error={error('student')}
          />
          <Field label={t('form.kinship')} hint={t('form.kinship_hint')} error={error('kinship')}>
            {(wiring) => (
              <Input
                {...wiring}
                maxLength={60}
                value={draft.kinship}
                onChange={(event) => change({ kinship: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('form.custody')}>
            {(wiring) => (
              <Select
                {...wiring}
                value={draft.custody}
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
          <Checkbox
            checked={draft.can_write}
            onChange={(can_write) => change({ can_write })}
            label={t('form.can_write')}
          />
        </>
      ) : (
        <Staff school={school} draft={draft} change={change} error={error('student')} />
      )}
    </>
  );
}

interface StaffProps {
  school: AdminSchool;
  draft: InviteDraft;
  change: (part: Partial<InviteDraft>) => void;
  error: string | undefined;
}

function Staff({ school: { may, school_id }, draft, change, error }: StaffProps) {
  const { t } = useTranslation('administration');
  const mayTeam = may.link_team && !(draft.held && IN_NO_TEAM.includes(draft.held));
  return (
    <>
      {may.appoint.length > 0 && (
        <Field label={t('invite.function')}>
          {(wiring) => (
            <Select
              {...wiring}
              value={draft.held ?? ''}
              onChange={(event) => {
                const held = (event.target.value || null) as StaffFunction | null;
                const joins = held === null || !IN_NO_TEAM.includes(held);
                change({
                  held,
                  inTeam: held === null || (joins && draft.inTeam),
                  ...(held && joins && { team: held }),
                });
              }}
            >
              {may.appoint.map((each) => (
                <option key={each} value={each}>
                  {functionName(each)}
                </option>
              ))}
              {may.link_team && <option value="">{t('invite.function_none')}</option>}
            </Select>
          )}
        </Field>
      )}
      {mayTeam && draft.held && (
        <Checkbox checked={draft.inTeam} onChange={(inTeam) => change({ inTeam })} label={t('invite.in_team')} />
      )}
      {mayTeam && draft.inTeam && (
        <>
          <StudentPicker
            schoolId={school_id}
            value={draft.student}
            onChange={(student) => change({ student })}
            error={error}
          />
          <Field label={t('invite.team_function')}>
            {(wiring) => (
              <Select
                {...wiring}
                value={draft.team}
                onChange={(event) => change({ team: event.target.value as StaffFunction })}
              >
                {TEAM.map((each) => (
                  <option key={each} value={each}>
                    {functionName(each)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </>
      )}
    </>
  );
}
