import { Plus, Target } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TeamMember } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Message } from '@/components/ui/message';
import { toast } from '@/components/ui/toast-store';
import type { Peer } from '@/features/collab/presence';
import type { Person, SectionSession } from '@/features/collab/section-session';
import { GoalCard } from './goal-card';
import { addGoal, goalsOf, moveGoal, removeGoal } from './model';
import { useGoals, useGoalUndo } from './use-goals';

interface GoalListProps {
  session: SectionSession;
  person: Person;
  team: readonly TeamMember[];
  peers: readonly Peer[];
  editable: boolean;
}

const NOBODY: readonly Peer[] = [];

export function GoalList({ session, person, team, peers, editable }: GoalListProps) {
  const { t } = useTranslation(['pei', 'common']);
  const list = useMemo(() => goalsOf(session.doc), [session]);
  const goals = useGoals(list);
  const undo = useGoalUndo(list);
  const [spoken, setSpoken] = useState('');
  const added = useRef<string | null>(null);
  const root = useRef<HTMLDivElement>(null);

  // The new goal's first field, once it is drawn.
  useEffect(() => {
    if (!added.current || !goals.some(({ id }) => id === added.current)) return;
    root.current?.querySelector<HTMLElement>(`#meta-${added.current} textarea`)?.focus();
    added.current = null;
  }, [goals]);

  const onCursor = useCallback(
    (cursor: { goal: string; field: string } | null) => session.setCursor(cursor),
    [session],
  );
  const onMove = useCallback(
    (id: string, step: -1 | 1) => {
      const position = moveGoal(list, id, step);
      if (position !== null) setSpoken(t('goals.moved', { number: position + 1, total: list.length }));
    },
    [list, t],
  );
  const onRemove = useCallback(
    (id: string) => {
      const restore = removeGoal(list, id);
      if (!restore) return;
      toast(t('goals.removed'), {
        label: t('common:undo'),
        run: () => {
          restore();
          setSpoken(t('goals.restored'));
        },
      });
    },
    [list, t],
  );

  function onKeyDown(event: KeyboardEvent) {
    if (!undo || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key !== 'z' && key !== 'y') return;
    event.preventDefault();
    if (key === 'y' || event.shiftKey) undo.redo();
    else undo.undo();
  }

  const add = (
    <Button
      look={goals.length === 0 ? 'primary' : 'outline'}
      onClick={() => {
        added.current = addGoal(list, person.id);
      }}
    >
      <Plus className="size-5" aria-hidden />
      {t('goals.add')}
    </Button>
  );

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the fields inside, which have the focus
    <div ref={root} onKeyDown={editable ? onKeyDown : undefined}>
      {goals.length === 0 && (
        <Message icon={Target} title={t('goals.empty_title')} action={editable && add}>
          {t(editable ? 'goals.empty_write' : 'goals.empty_read')}
        </Message>
      )}
      <ol aria-label={t('goals.list')} className="flex flex-col gap-5">
        {goals.map((goal, index) => {
          const here = peers.filter((peer) => peer.field?.goal === goal.id);
          return (
            <li key={goal.id}>
              <GoalCard
                list={list}
                goal={goal}
                number={index + 1}
                total={goals.length}
                team={team}
                peers={here.length > 0 ? here : NOBODY}
                editable={editable}
                onCursor={onCursor}
                onMove={onMove}
                onRemove={onRemove}
              />
            </li>
          );
        })}
      </ol>
      {goals.length > 0 && editable && <div className="mt-5">{add}</div>}
      <p role="status" className="sr-only">
        {spoken}
      </p>
    </div>
  );
}
