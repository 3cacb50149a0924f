import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { textChange } from './text-change';

function apply(before: string, after: string, caret?: number): string {
  const change = textChange(before, after, caret);
  if (!change) return before;
  return before.slice(0, change.index) + change.insert + before.slice(change.index + change.remove);
}

describe('textChange', () => {
  it('says nothing when nothing changed', () => {
    expect(textChange('igual', 'igual')).toBeNull();
  });

  it('inserts only what was typed', () => {
    expect(textChange('1 de 10', '1 de cada 10', 10)).toEqual({ index: 5, remove: 0, insert: 'cada ' });
  });

  it('removes only what was deleted', () => {
    expect(textChange('oito de dez', 'oito dez', 5)).toEqual({ index: 5, remove: 3, insert: '' });
  });

  it('places a repeated letter at the caret', () => {
    expect(textChange('aaa', 'aaaa', 2)).toEqual({ index: 1, remove: 0, insert: 'a' });
    expect(textChange('aaa', 'aaaa', 4)).toEqual({ index: 3, remove: 0, insert: 'a' });
  });

  it('replaces a selection as one change', () => {
    expect(textChange('meta velha', 'meta nova.', 10)).toEqual({ index: 5, remove: 5, insert: 'nova.' });
  });

  it('never cuts an emoji in half', () => {
    const change = textChange('oi 😀', 'oi 😁', 5);
    expect(change).toEqual({ index: 3, remove: 2, insert: '😁' });
  });

  it('always arrives at the new text, whatever the caret says', () => {
    const words = ['', 'a', 'aa', 'ab', 'ba', 'aba', 'abba', 'babab', '😀', '😀😁', 'a😀b', '😁a'];
    for (const before of words)
      for (const after of words)
        for (let caret = 0; caret <= after.length; caret += 1) expect(apply(before, after, caret)).toBe(after);
  });

  it('lets two people type in one field without losing a letter', () => {
    const one = new Y.Doc();
    const two = new Y.Doc();
    one.getText('t').insert(0, 'Pedir ajuda.');
    Y.applyUpdate(two, Y.encodeStateAsUpdate(one));
    const edit = (doc: Y.Doc, after: string, caret: number) => {
      const text = doc.getText('t');
      const change = textChange(text.toString(), after, caret);
      if (!change) return;
      text.delete(change.index, change.remove);
      text.insert(change.index, change.insert);
    };
    edit(one, 'Pedir ajuda ou pausa.', 20);
    edit(two, 'Ele vai pedir ajuda.', 9);
    Y.applyUpdate(one, Y.encodeStateAsUpdate(two));
    Y.applyUpdate(two, Y.encodeStateAsUpdate(one));
    expect(one.getText('t').toString()).toBe(two.getText('t').toString());
    expect(one.getText('t').toString()).toBe('Ele vai pedir ajuda ou pausa.');
  });
});
