// Writes an editing trace: for each simulated client the updates (v1) that Yjs makes while that client types, in causal order and
// independent of all other clients, so that the generator can replay them in any document. The same arguments write the same bytes.
//
//   node trace.mjs typing WRITERS UPDATES FILE    a paragraph, then keystrokes: about one in five deletes
//   node trace.mjs pasting WRITERS UPDATES FILE   8 kB pasted and deleted, in turns
//   node trace.mjs document 1 BYTES FILE          one update: what five people have written in a long document
//
// The file: u32 writers; for each: u32 client id, u32 updates; for each update: u32 length and its bytes. Little endian.
import { writeFileSync } from "node:fs";
import * as Y from "yjs";

const FIRST_CLIENT = 1001;
const LETTERS = "etaoinshrdlcumwfgypbvk      ";

// A linear congruential generator (Numerical Recipes): the trace must not change from run to run.
const random = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};

const newParagraph = (doc, text) => {
  const content = doc.getXmlFragment("content");
  const paragraph = new Y.XmlElement("paragraph");
  const body = new Y.XmlText();
  body.insert(0, text);
  paragraph.insert(0, [body]);
  content.insert(content.length, [paragraph]);
  return body;
};

const typing = (doc, draw, count, updates) => {
  const letter = () => LETTERS[Math.floor(draw() * LETTERS.length)];
  let body;
  let cursor = 0;
  while (updates.length < count) {
    if (updates.length % 400 === 0) {
      body = newParagraph(doc, letter());
      cursor = 1;
    } else if (cursor > 0 && draw() < 0.2) {
      cursor -= 1;
      body.delete(cursor, 1);
    } else {
      if (draw() < 0.02) cursor = Math.floor(draw() * body.length);
      body.insert(cursor, letter());
      cursor += 1;
    }
  }
};

const pasting = (doc, draw, count, updates) => {
  const body = newParagraph(doc, "a");
  while (updates.length < count) {
    body.insert(0, LETTERS[Math.floor(draw() * 20)].repeat(8192));
    body.delete(0, 8192);
  }
  updates.length = count;
};

const write = (doc, draw, words) => {
  let text = "";
  for (let i = 0; i < words; i += 1) {
    for (let j = 2 + Math.floor(draw() * 8); j > 0; j -= 1) text += LETTERS[Math.floor(draw() * 21)];
    text += " ";
  }
  newParagraph(doc, text);
};

// Five authors take turns, and come back to what they wrote: the structs of a document that has been lived in.
const grown = (bytes) => {
  const docs = Array.from({ length: 5 }, (_, index) => {
    const doc = new Y.Doc();
    doc.clientID = FIRST_CLIENT + index;
    return doc;
  });
  const draw = random(7);
  let state = new Uint8Array();
  for (let round = 0; state.length < bytes; round += 1) {
    const doc = docs[round % docs.length];
    if (state.length > 0) Y.applyUpdate(doc, state);
    for (let i = 0; i < 20; i += 1) write(doc, draw, 30);
    for (const paragraph of doc.getXmlFragment("content").toArray()) {
      if (draw() < 0.1) paragraph.get(0).insert(Math.floor(draw() * paragraph.get(0).length), "revisto ");
    }
    state = Y.encodeStateAsUpdate(doc);
  }
  return state;
};

const [kind, writers, size, file] = process.argv.slice(2);
const parts = [];
const number = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  parts.push(bytes);
};

number(Number(writers));
for (let index = 0; index < Number(writers); index += 1) {
  const updates = [];
  if (kind === "document") {
    updates.push(grown(Number(size)));
  } else {
    const doc = new Y.Doc();
    doc.clientID = FIRST_CLIENT + index;
    doc.on("update", (update) => updates.push(update));
    (kind === "pasting" ? pasting : typing)(doc, random(index + 1), Number(size), updates);
  }
  number(FIRST_CLIENT + index);
  number(updates.length);
  for (const update of updates) {
    number(update.length);
    parts.push(Buffer.from(update));
  }
}
writeFileSync(file, Buffer.concat(parts));
