import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type * as Y from 'yjs';
import type { TeamMember } from '@/api/types';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import type { Peer } from '@/features/collab/presence';
import { dateWords } from '@/lib/dates';
import { GoalTextField } from './goal-text-field';
import { AREAS, type Area, findGoal, type GOAL_TEXTS, type Goal, type GoalMap, setGoal } from './model';
import { ResponsiblePicker } from './responsible-picker';

interface GoalCardProps {
  list: Y.Array<GoalMap>;
  goal: Goal;
  number: number;
  total: number;
  team: readonly TeamMember[];
  peers: readonly Peer[];
  editable: boolean;
  onCursor: (cursor: { goal: string; field: string } | null) => void;
  onMove: (id: string, step: -1 | 1) => void;
  onRemove: (id: string) => void;
}

export const GoalCard = memo(function GoalCard(props: GoalCardProps) {
  const { list, goal, number, total, team, peers, editable, onCursor, onMove, onRemove } = props;
  const { t } = useTranslation('pei');
  const map = findGoal(list, goal.id);
  const text = (field: (typeof GOAL_TEXTS)[number]) => (
    <GoalTextField
      text={map?.get(field)}
      field={field}
      number={number}
      editable={editable}
      peers={peers.filter((peer) => peer.field?.field === field)}
      onFocus={() => onCursor({ goal: goal.id, field })}
      onBlur={() => onCursor(null)}
    />
  );
  const area = t(`goals.areas.${goal.area}`);
  return (
    <article
      id={`meta-${goal.id}`}
      aria-label={t('goals.goal_area', { number, area })}
      className="rounded-xl border bg-sheet p-5 md:p-6"
    >
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <h3 className="flex-1 text-lg">
          {t('goals.goal', { number })}
          <span className="font-normal text-soft"> · {area}</span>
        </h3>
        {editable && (
          <div className="-mr-2 flex">
            <IconButton
              label={t('goals.move_up', { number })}
              disabled={number === 1}
              onClick={() => onMove(goal.id, -1)}
            >
              <ArrowUp className="size-5" aria-hidden />
            </IconButton>
            <IconButton
              label={t('goals.move_down', { number })}
              disabled={number === total}
              onClick={() => onMove(goal.id, 1)}
            >
              <ArrowDown className="size-5" aria-hidden />
            </IconButton>
            <IconButton label={t('goals.remove', { number })} onClick={() => onRemove(goal.id)}>
              <Trash2 className="size-5" aria-hidden />
            </IconButton>
          </div>
        )}
      </div>
      <div className="flex flex-col gap-5">
        {text('description')}
        <div className="grid gap-5 md:grid-cols-2">
          {text('baseline')}
          {text('criterion')}
        </div>
        {editable ? (
          <div className="grid gap-5 md:grid-cols-2">
            <Field label={t('goals.area')}>
              {(wiring) => (
                <Select
                  {...wiring}
                  value={goal.area}
                  onChange={(event) => setGoal(list, goal.id, 'area', event.target.value as Area)}
                >
                  {AREAS.map((each) => (
                    <option key={each} value={each}>
                      {t(`goals.areas.${each}`)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label={t('goals.deadline')}>
              {(wiring) => (
                <Input
                  {...wiring}
                  type="date"
                  max="2100-12-31"
                  value={goal.deadline}
                  onChange={(event) => setGoal(list, goal.id, 'deadline', event.target.value)}
                />
              )}
            </Field>
          </div>
        ) : (
          <div>
            <h4 className="mb-1 font-semibold text-soft text-sm">{t('goals.deadline')}</h4>
            <p>{dateWords(goal.deadline) || t('goals.no_deadline')}</p>
          </div>
        )}
        <ResponsiblePicker
          value={goal.responsible}
          team={team}
          editable={editable}
          onChange={(value) => setGoal(list, goal.id, 'responsible', value)}
        />
      </div>
    </article>
  );
});
