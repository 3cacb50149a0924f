// What no editor writes: elements, attributes and marks with any name and value, and goals with any field. For tests that open what a
// hostile member of the team has left behind.
import * as Y from 'yjs';

function append(content, { name, attributes = {}, text = '', marks = {} }) {
  const node = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  content.push([node]);
  const inside = new Y.XmlText();
  node.push([inside]);
  inside.insert(0, text || ' ', marks);
}

export const hostileCommands = {
  /** Each block is one update, so that one that is refused does not take the others with it. */
  hostile_block: (doc, block) => {
    doc.transact(() => append(doc.getXmlFragment('content'), block));
    return {};
  },
  hostile_goal: (doc, { fields = {}, texts = {} }) => {
    const goal = new Y.Map(Object.entries(fields));
    for (const [field, text] of Object.entries(texts)) goal.set(field, new Y.Text(text));
    doc.transact(() => doc.getArray('goals').push([goal]));
    return {};
  },
};
