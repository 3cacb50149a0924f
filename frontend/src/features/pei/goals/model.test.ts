import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { addGoal, findGoal, goalsOf, moveGoal, readGoals, removeGoal, setGoal } from './model';

function twoScreens(): [Y.Doc, Y.Doc, () => void] {
  const one = new Y.Doc();
  const two = new Y.Doc();
  const meet = () => {
    const [a, b] = [Y.encodeStateAsUpdate(one), Y.encodeStateAsUpdate(two)];
    Y.applyUpdate(one, b);
    Y.applyUpdate(two, a);
  };
  return [one, two, meet];
}

function descriptionOf(list: ReturnType<typeof goalsOf>, id: string): Y.Text {
  const text = findGoal(list, id)?.get('description');
  if (!(text instanceof Y.Text)) throw new Error('the goal has no description');
  return text;
}

const ids = (doc: Y.Doc) => readGoals(goalsOf(doc)).map(({ id }) => id);

describe('goals', () => {
  it('keep the order both screens agree on when both add and move at once', () => {
    const [one, two, meet] = twoScreens();
    const first = addGoal(goalsOf(one), 'a');
    const second = addGoal(goalsOf(one), 'a');
    meet();
    const third = addGoal(goalsOf(two), 'b');
    expect(moveGoal(goalsOf(one), second, -1)).toBe(0);
    meet();
    expect(ids(one)).toEqual(ids(two));
    expect(ids(one)).toEqual([second, first, third]);
  });

  it('know when there is nowhere to move', () => {
    const doc = new Y.Doc();
    const only = addGoal(goalsOf(doc), 'a');
    expect(moveGoal(goalsOf(doc), only, -1)).toBeNull();
    expect(moveGoal(goalsOf(doc), only, 1)).toBeNull();
    expect(moveGoal(goalsOf(doc), 'nobody', 1)).toBeNull();
  });

  it('move even between neighbours with equal keys', () => {
    const doc = new Y.Doc();
    const [a, b, c] = [1, 2, 3].map(() => addGoal(goalsOf(doc), 'a')) as [string, string, string];
    for (const id of [a, b, c]) findGoal(goalsOf(doc), id)?.set('order', 'V');
    const before = ids(doc);
    expect(moveGoal(goalsOf(doc), before[2] as string, -1)).toBe(1);
    expect(ids(doc)).toEqual([before[0], before[2], before[1]]);
  });

  it('come back whole after a deletion is undone', () => {
    const doc = new Y.Doc();
    const list = goalsOf(doc);
    const id = addGoal(list, 'a');
    descriptionOf(list, id).insert(0, 'Pedir ajuda');
    setGoal(list, id, 'deadline', '2027-03-01');
    const undo = removeGoal(list, id);
    expect(ids(doc)).toEqual([]);
    undo?.();
    undo?.();
    expect(ids(doc)).toEqual([id]);
    expect(descriptionOf(list, id).toString()).toBe('Pedir ajuda');
    expect(readGoals(list)[0]?.deadline).toBe('2027-03-01');
  });

  it('appear once when two people undo the same deletion', () => {
    const [one, two, meet] = twoScreens();
    const id = addGoal(goalsOf(one), 'a');
    meet();
    const undoOne = removeGoal(goalsOf(one), id);
    const undoTwo = removeGoal(goalsOf(two), id);
    meet();
    undoOne?.();
    undoTwo?.();
    meet();
    expect(ids(one)).toEqual([id]);
    expect(ids(two)).toEqual([id]);
  });

  it('survive values of a shape nobody expects', () => {
    const doc = new Y.Doc();
    const map = new Y.Map<unknown>();
    map.set('id', 'x');
    map.set('area', 42);
    map.set('responsible', 'somebody');
    goalsOf(doc).push([map]);
    expect(readGoals(goalsOf(doc))).toEqual([{ id: 'x', order: '', area: 'outra', deadline: '', responsible: [] }]);
  });
});
