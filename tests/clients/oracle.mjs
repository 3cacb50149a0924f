// Yjs as the oracle: makes random histories of three authors, and judges what a server made of them.
//
//   node oracle.mjs --seed 1 --cases 200
//
// Prints a line {"updates": [base64…], "vector": base64} for each history; reads a line {"state": base64, "diff": base64} with what the
// server holds after all updates and what it would send to somebody at "vector"; prints {"verdict": "equal"} or what differs.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as Y from 'yjs';

const { values } = parseArgs({ options: { seed: { type: 'string' }, cases: { type: 'string' } } });

/** mulberry32: small, seeded, good enough to choose edits. */
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const WORDS = ['a', 'não', 'bola', '🦖', 'é', ' ', 'mãe e filho', '👩‍👧'];

/** The positions between characters. Within one no editor puts its caret, and Yjs itself does not converge there. */
function boundaries(text) {
  const characters = [...text.toDelta().map((part) => part.insert).join('')];
  let at = 0;
  return [0, ...characters.map((character) => (at += character.length))];
}

function edit(doc, pick) {
  const content = doc.getXmlFragment('content');
  const texts = content.toArray().map((block) => block.get(0)).filter((child) => child instanceof Y.XmlText);
  const text = texts[pick(Math.max(texts.length, 1))];
  const kind = text ? pick(10) : 0;
  const range = (text) => {
    const places = boundaries(text);
    const from = pick(places.length - 1);
    return [places[from], places[from + 1 + pick(Math.min(4, places.length - 1 - from))]];
  };
  doc.transact(() => {
    if (kind === 0) {
      const block = new Y.XmlElement(pick(3) ? 'paragraph' : 'heading');
      if (block.nodeName === 'heading') block.setAttribute('level', 1 + pick(3));
      block.insert(0, [new Y.XmlText(WORDS[pick(WORDS.length)])]);
      content.insert(pick(content.length + 1), [block]);
    } else if (kind === 1 && content.length > 1) {
      content.delete(pick(content.length), 1);
    } else if (kind <= 3 && text.length > 0) {
      const [from, to] = range(text);
      text.delete(from, to - from);
    } else if (kind === 4 && text.length > 0) {
      const [from, to] = range(text);
      text.format(from, to - from, { bold: pick(2) ? {} : null });
    } else {
      const places = boundaries(text);
      text.insert(places[pick(places.length)], WORDS[pick(WORDS.length)]);
    }
  });
}

function history(pick) {
  const updates = [];
  const authors = [0, 1, 2].map((number) => {
    const doc = new Y.Doc();
    doc.clientID = 100 + pick(1000) * 3 + number;
    doc.on('update', (update, origin) => {
      if (origin !== 'sync') updates.push(update);
    });
    return doc;
  });
  let before = Y.encodeStateAsUpdate(new Y.Doc());
  const steps = 10 + pick(40);
  for (let step = 0; step < steps; step++) {
    const author = authors[pick(3)];
    edit(author, pick);
    if (pick(3) === 0) Y.applyUpdate(authors[pick(3)], Y.encodeStateAsUpdate(author), 'sync');
    if (step === Math.floor(steps / 2)) before = Y.encodeStateAsUpdate(author);
  }
  // In one piece: a replica that takes updates in one by one also tidies redundant formatting, which nobody here recorded.
  const whole = new Y.Doc();
  Y.applyUpdate(whole, Y.mergeUpdates(updates));
  return { updates, before, whole };
}

const show = (doc) => doc.getXmlFragment('content').toString();
const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64'));

function judge({ before, whole }, answer) {
  const fromState = new Y.Doc();
  Y.applyUpdate(fromState, bytes(answer.state));
  if (fromState.store.pendingStructs) return 'the state leaves something pending';
  if (show(fromState) !== show(whole)) return `state: ${show(fromState)} instead of ${show(whole)}`;
  const counts = (doc) => [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b).join();
  if (counts(fromState) !== counts(whole)) return `state vector ${counts(fromState)} instead of ${counts(whole)}`;
  // Somebody who was at the middle and gets the difference has everything.
  const partial = new Y.Doc();
  Y.applyUpdate(partial, Y.mergeUpdates([before, bytes(answer.diff)]));
  if (partial.store.pendingStructs) return 'the difference leaves something pending';
  if (show(partial) !== show(whole)) return `difference: ${show(partial)} instead of ${show(whole)}`;
  return 'equal';
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
for (let number = 0; number < Number(values.cases); number++) {
  const made = history(random(Number(values.seed) + number));
  process.stdout.write(`${JSON.stringify({ updates: made.updates.map(base64), vector: base64(Y.encodeStateVectorFromUpdate(made.before)) })}\n`);
  const { value, done } = await lines.next();
  if (done) break;
  process.stdout.write(`${JSON.stringify({ verdict: judge(made, JSON.parse(value)) })}\n`);
}
process.exit(0);
