import { expect, it, vi } from 'vitest';
import * as Y from 'yjs';

// The list of open rooms belongs to a browser.
vi.mock('./rooms', () => ({ openRooms: () => [] }));
const { documentText } = await import('./export-text');

const labels = {
  section: (key: string) => key,
  fields: { description: 'O que', baseline: 'De onde', criterion: 'Até onde' },
};

function element(name: string, ...children: (Y.XmlElement | string)[]): Y.XmlElement {
  const made = new Y.XmlElement(name);
  made.insert(
    0,
    children.map((child) => (typeof child === 'string' ? new Y.XmlText(child) : child)),
  );
  return made;
}

it('keeps every line of a rich section', () => {
  const doc = new Y.Doc();
  const item = (text: string, ...more: Y.XmlElement[]) => element('listItem', element('paragraph', text), ...more);
  doc
    .getXmlFragment('content')
    .insert(0, [
      element('heading', 'O que ajuda'),
      element('paragraph', 'Rotina em imagens.'),
      element('bulletList', item('Um', element('bulletList', item('Um e meio'))), item('Dois')),
    ]);
  expect(documentText(doc, 'rich_text', labels)).toBe('O que ajuda\nRotina em imagens.\n- Um\n  - Um e meio\n- Dois');
});

it('keeps every text of the goals', () => {
  const doc = new Y.Doc();
  const goal = new Y.Map<unknown>();
  goal.set('description', new Y.Text('Pedir ajuda'));
  goal.set('baseline', new Y.Text('1 de 10'));
  doc.getArray('goals').push([goal]);
  expect(documentText(doc, 'goals', labels)).toBe('1.\nO que: Pedir ajuda\nDe onde: 1 de 10\nAté onde: ');
});
