// Measures what a first visit downloads, from dist/: the page, its scripts with everything they import at once, styles and
// the fonts of our script. Fails above the budget, and when the editor is preloaded where nobody edits.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const files = readdirSync(join(dist, 'assets'));
const read = (name) => readFileSync(join(dist, 'assets', name));
const isFont = (name) => /\.(woff2?|ttf)$/.test(name);
// Fonts are compressed already.
const weight = (name) => (isFont(name) ? read(name).length : gzipSync(read(name), { level: 9 }).length);

const html = readFileSync(join(dist, 'index.html'), 'utf8');
const named = (text) => [...text.matchAll(/assets\/([\w.-]+)/g)].map(([, name]) => name);

/** Everything a chunk imports statically, itself included. */
function closure(roots) {
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name) || !files.includes(name)) return;
    seen.add(name);
    if (!name.endsWith('.js')) return;
    const code = read(name).toString();
    for (const [, target] of code.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+)["']/g)) visit(target);
  };
  for (const root of roots) visit(root);
  return seen;
}

const page = (prefix) => {
  const chunk = files.find((name) => name.startsWith(prefix) && name.endsWith('.js'));
  if (!chunk) throw new Error(`dist has no chunk ${prefix}: build first`);
  const all = closure([...named(html), chunk]);
  // A lazy page's own styles travel beside its chunk.
  for (const name of files) if (name.startsWith(prefix) && name.endsWith('.css')) all.add(name);
  for (const name of files) if (isFont(name) && name.includes('-latin-wght')) all.add(name);
  return all;
};

const total = (names) => [...names].reduce((sum, name) => sum + weight(name), gzipSync(html).length);
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

const budgets = [
  ['login', page('login-page-'), 230_000],
  ['students', page('students-page-'), 230_000],
  ['pei', page('pei-page-'), 360_000],
];

let failed = false;
for (const [name, names, budget] of budgets) {
  const size = total(names);
  failed ||= size > budget;
  console.log(`${name.padEnd(10)}${kb(size).padStart(10)} of ${kb(budget)}${size > budget ? '  TOO MUCH' : ''}`);
}

const isEditor = (name) => name.endsWith('.js') && /ProseMirror/.test(read(name).toString());
for (const [name, names] of budgets.slice(0, 2)) {
  const editor = [...names].filter(isEditor);
  if (editor.length > 0) {
    failed = true;
    console.log(`the editor is loaded on ${name}: ${editor.join(', ')}`);
  }
}
if (failed) process.exit(1);
