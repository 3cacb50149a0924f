import * as Y from 'yjs';
import { compareOrder, freshKeys, keyBetween } from '@/features/collab/fields/order-key';
import { randomUuid } from '@/lib/uuid';

export const AREAS = [
  'comunicacao',
  'leitura',
  'escrita',
  'matematica',
  'motor',
  'socioemocional',
  'autonomia',
  'sensorial',
  'participacao',
  'outra',
] as const;
export type Area = (typeof AREAS)[number];

export const GOAL_TEXTS = ['description', 'baseline', 'criterion'] as const;
export type GoalText = (typeof GOAL_TEXTS)[number];

/** What a goal holds besides its texts, which have fields of their own. */
export interface Goal {
  id: string;
  order: string;
  area: Area;
  deadline: string;
  responsible: readonly string[];
}

export type GoalMap = Y.Map<unknown>;

/** Marks this person's edits of goals, so that undo takes back only these. */
export const GOAL_ORIGIN = { name: 'goals' };

export function goalsOf(doc: Y.Doc): Y.Array<GoalMap> {
  return doc.getArray<GoalMap>('goals');
}

const string = (value: unknown): string => (typeof value === 'string' ? value : '');

function readGoal(map: GoalMap): Goal {
  const area = string(map.get('area'));
  const responsible = map.get('responsible');
  return {
    id: string(map.get('id')),
    order: string(map.get('order')),
    area: AREAS.find((each) => each === area) ?? 'outra',
    deadline: string(map.get('deadline')),
    responsible: Array.isArray(responsible) ? responsible.filter((each) => typeof each === 'string') : [],
  };
}

/** In order, each id once: two people who undo the same deletion bring it back twice. */
export function readGoals(list: Y.Array<GoalMap>): Goal[] {
  const byId = new Map<string, Goal>();
  for (const map of list.toArray()) {
    if (!(map instanceof Y.Map)) continue;
    const goal = readGoal(map);
    if (goal.id && !byId.has(goal.id)) byId.set(goal.id, goal);
  }
  return [...byId.values()].sort(compareOrder);
}

/** Found by id at the moment of use: an index may be somebody else's goal by now. */
export function findGoal(list: Y.Array<GoalMap>, id: string): GoalMap | null {
  return list.toArray().find((map) => map instanceof Y.Map && map.get('id') === id) ?? null;
}

function transact(list: Y.Array<GoalMap>, act: () => void): void {
  if (list.doc) list.doc.transact(act, GOAL_ORIGIN);
}

export function addGoal(list: Y.Array<GoalMap>, author: string): string {
  const id = randomUuid();
  const last = readGoals(list).at(-1)?.order ?? '';
  transact(list, () => {
    const map: GoalMap = new Y.Map();
    map.set('id', id);
    map.set('order', keyBetween(last, null) ?? `${last}V`);
    map.set('area', 'comunicacao');
    for (const field of GOAL_TEXTS) map.set(field, new Y.Text());
    map.set('deadline', '');
    map.set('responsible', []);
    map.set('created_by', author);
    list.push([map]);
  });
  return id;
}

export function setGoal<K extends 'area' | 'deadline' | 'responsible'>(
  list: Y.Array<GoalMap>,
  id: string,
  field: K,
  value: Goal[K],
): void {
  transact(list, () => findGoal(list, id)?.set(field, value));
}

/** Removes a goal and returns what is needed to bring it back; null when somebody else was faster. */
export function removeGoal(list: Y.Array<GoalMap>, id: string): (() => void) | null {
  const index = list.toArray().findIndex((map) => map instanceof Y.Map && map.get('id') === id);
  if (index < 0) return null;
  // Not yet part of a document, so it can be put into one exactly once.
  const copy = list.get(index).clone();
  transact(list, () => list.delete(index));
  return () => {
    if (!findGoal(list, id)) transact(list, () => list.push([copy]));
  };
}

/** Moves a goal one place up (-1) or down (+1). Returns its new position (from 0), or null when there is nowhere to go. */
export function moveGoal(list: Y.Array<GoalMap>, id: string, step: -1 | 1): number | null {
  const goals = readGoals(list);
  const from = goals.findIndex((goal) => goal.id === id);
  const to = from + step;
  const moved = goals[from];
  if (!moved || to < 0 || to >= goals.length) return null;
  const after = goals.filter((goal) => goal.id !== id);
  after.splice(to, 0, moved);
  const key = keyBetween(after[to - 1]?.order ?? '', after[to + 1]?.order ?? null);
  transact(list, () => {
    if (key !== null) findGoal(list, id)?.set('order', key);
    else {
      // Equal neighbours leave no room between them.
      const keys = freshKeys(after.length);
      after.forEach((goal, index) => {
        findGoal(list, goal.id)?.set('order', keys[index]);
      });
    }
  });
  return to;
}
