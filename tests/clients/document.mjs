// What a client does in a section's document: the rich text under `content` and the goals under `goals`.
import * as Y from 'yjs';

/** How far a document knows what one client wrote. Deletions have no clock and are not counted. */
export const clockOf = (doc, client) => Y.getState(doc.store, client);

/** How far this client itself has written. */
export const localClock = (doc) => clockOf(doc, doc.clientID);

/** The first paragraph's text, made if the paragraph is empty or missing. */
function firstText(doc) {
  const content = doc.getXmlFragment('content');
  let paragraph = content.toArray().find((node) => node.nodeName === 'paragraph');
  if (!paragraph) {
    paragraph = new Y.XmlElement('paragraph');
    content.push([paragraph]);
  }
  let text = paragraph.toArray().find((node) => node instanceof Y.XmlText);
  if (!text) {
    text = new Y.XmlText();
    paragraph.push([text]);
  }
  return text;
}

const plain = (text) => text.toDelta().map(({ insert }) => (typeof insert === 'string' ? insert : '')).join('');

function plainOf(node) {
  if (node instanceof Y.XmlText) return plain(node);
  return node.toArray().map(plainOf).join('');
}

/** The whole text, a line for each block at the top. */
const fullText = (doc) => doc.getXmlFragment('content').toArray().map(plainOf).join('\n');

const goalAt = (doc, index) => {
  const goal = doc.getArray('goals').get(index);
  if (!goal) throw new Error(`there is no goal ${index}`);
  return goal;
};

function newGoal({ description = '', baseline = '', criterion = '', ...plainValues }) {
  const goal = new Y.Map(Object.entries({ area: 'outra', deadline: '', responsible: [], ...plainValues }));
  for (const [field, text] of Object.entries({ description, baseline, criterion })) goal.set(field, new Y.Text(text));
  return goal;
}

const base64 = (bytes) => Buffer.from(bytes).toString('base64');

/** Each command that touches the document; what it returns goes into the answer. */
export const documentCommands = {
  insert_text: (doc, { at = 0, text }) => {
    doc.transact(() => firstText(doc).insert(at, text));
    return { clock: localClock(doc) };
  },
  append: (doc, { text }) => {
    doc.transact(() => {
      const first = firstText(doc);
      first.insert(first.length, text);
    });
    return { clock: localClock(doc) };
  },
  delete: (doc, { at = 0, length = 1 }) => {
    firstText(doc).delete(at, length);
    return { clock: localClock(doc) };
  },
  text: (doc) => ({ text: fullText(doc) }),
  state: (doc) => ({ vector: base64(Y.encodeStateVector(doc)), state: base64(Y.encodeStateAsUpdate(doc)) }),
  goals: (doc) => ({ goals: doc.getArray('goals').toJSON() }),
  goal_add: (doc, { goal = {} }) => {
    doc.transact(() => doc.getArray('goals').push([newGoal(goal)]));
    return { clock: localClock(doc) };
  },
  goal_set: (doc, { index = 0, field, value }) => {
    goalAt(doc, index).set(field, value);
    return { clock: localClock(doc) };
  },
  goal_insert: (doc, { index = 0, field, at = 0, text }) => {
    goalAt(doc, index).get(field).insert(at, text);
    return { clock: localClock(doc) };
  },
  goal_delete: (doc, { index = 0 }) => {
    doc.getArray('goals').delete(index, 1);
    return { clock: localClock(doc) };
  },
};
