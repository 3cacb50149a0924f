import * as Y from 'yjs';
import { type LocalCopy, openLocalCopy } from './persistence';
import { openRooms } from './rooms';
import type { Unsent } from './unsent';

const BLOCKS = new Set(['paragraph', 'heading', 'listItem']);

/** A rich section as plain text: one line for each block, a blank line between top-level ones. */
export function fragmentText(fragment: Y.XmlFragment): string {
  const lines: string[] = [];
  const walk = (node: unknown, depth: number): void => {
    if (node instanceof Y.XmlText) {
      const text = node
        .toDelta()
        .map((part: { insert: unknown }) => (typeof part.insert === 'string' ? part.insert : ' '));
      lines[lines.length - 1] += text.join('');
      return;
    }
    if (!(node instanceof Y.XmlElement)) return;
    if (node.nodeName === 'hardBreak') {
      lines.push('');
      return;
    }
    if (node.nodeName === 'listItem') lines.push(`${'  '.repeat(depth)}- `);
    else if (BLOCKS.has(node.nodeName) && !lines.at(-1)?.endsWith('- ')) lines.push('');
    const inner = node.nodeName === 'bulletList' || node.nodeName === 'orderedList' ? depth + 1 : depth;
    for (const child of node.toArray()) walk(child, inner);
  };
  for (const child of fragment.toArray()) walk(child, -1);
  return lines.join('\n').trim();
}

/** Goals as plain text, in their stored order; labels come from the caller, who knows the language. */
export function goalsText(
  goals: Y.Array<unknown>,
  labels: Record<'description' | 'baseline' | 'criterion', string>,
): string {
  return goals
    .toArray()
    .filter((goal): goal is Y.Map<unknown> => goal instanceof Y.Map)
    .map((goal, index) => {
      const parts = (['description', 'baseline', 'criterion'] as const).map(
        (field) => `${labels[field]}: ${String(goal.get(field) ?? '')}`,
      );
      return `${index + 1}.\n${parts.join('\n')}`;
    })
    .join('\n\n');
}

export interface ExportLabels {
  section: (key: string) => string;
  fields: Record<'description' | 'baseline' | 'criterion', string>;
}

export function documentText(doc: Y.Doc, kind: Unsent['kind'], labels: ExportLabels): string {
  return kind === 'goals'
    ? goalsText(doc.getArray('goals'), labels.fields)
    : fragmentText(doc.getXmlFragment('content'));
}

/** The full text of each unsent section: from the open page when it is open, else from this device. */
export async function unsentText(entries: readonly Unsent[], labels: ExportLabels): Promise<string> {
  const open = openRooms().flatMap((room) => room.all());
  const parts: string[] = [];
  for (const entry of entries) {
    const live = open.find((session) => session.database === entry.database);
    const text = live ? documentText(live.doc, entry.kind, labels) : await storedText(entry, labels);
    parts.push(`${labels.section(entry.section)}\n${'='.repeat(40)}\n\n${text}`);
  }
  return parts.join('\n\n\n');
}

async function storedText(entry: Unsent, labels: ExportLabels): Promise<string> {
  const doc = new Y.Doc();
  let copy: LocalCopy | null = null;
  try {
    copy = openLocalCopy(entry.database, doc, { onKept: () => undefined, onBroken: () => undefined });
    await copy.loaded;
    return documentText(doc, entry.kind, labels);
  } finally {
    await copy?.close();
    doc.destroy();
  }
}
