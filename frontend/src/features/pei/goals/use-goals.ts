import { useEffect, useState } from 'react';
import * as Y from 'yjs';
import { GOAL_ORIGIN, type Goal, type GoalMap, readGoals } from './model';

/** The goals in order. Typing in a goal's text changes nothing here, so it draws nothing anew. */
export function useGoals(list: Y.Array<GoalMap>): readonly Goal[] {
  const [goals, setGoals] = useState<readonly Goal[]>(() => readGoals(list));
  useEffect(() => {
    const read = () => {
      const next = readGoals(list);
      setGoals((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    read();
    list.observeDeep(read);
    return () => list.unobserveDeep(read);
  }, [list]);
  return goals;
}

/** Ctrl+Z for goals: takes back this person's own edits and nobody else's. */
export function useGoalUndo(list: Y.Array<GoalMap>): Y.UndoManager | null {
  const [manager, setManager] = useState<Y.UndoManager | null>(null);
  useEffect(() => {
    const made = new Y.UndoManager(list, { trackedOrigins: new Set([GOAL_ORIGIN]), captureTimeout: 500 });
    setManager(made);
    return () => made.destroy();
  }, [list]);
  return manager;
}
