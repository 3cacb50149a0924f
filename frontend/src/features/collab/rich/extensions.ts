import type { AnyExtension } from '@tiptap/core';
import { Bold } from '@tiptap/extension-bold';
import { Collaboration } from '@tiptap/extension-collaboration';
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret';
import { Document } from '@tiptap/extension-document';
import { HardBreak } from '@tiptap/extension-hard-break';
import { Heading } from '@tiptap/extension-heading';
import { Highlight } from '@tiptap/extension-highlight';
import { Italic } from '@tiptap/extension-italic';
import { BulletList, ListItem, ListKeymap, OrderedList } from '@tiptap/extension-list';
import { Paragraph } from '@tiptap/extension-paragraph';
import { Text } from '@tiptap/extension-text';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { safeColor } from '../presence';
import { LinkMark } from './link-mark';
import { ListDepth } from './list-depth';

/** What the editor needs of a section's session. */
export interface LiveText {
  doc: Y.Doc;
  awareness: Awareness;
  setCursor: (cursor: unknown) => void;
}

interface Limits {
  onTooDeep: () => void;
}

/** The schema the server knows, and nothing that writes by itself: no trailing paragraph, no link made from typed text. */
export function textExtensions({ onTooDeep }: Limits): AnyExtension[] {
  return [
    Document,
    Paragraph,
    Text,
    Bold,
    Italic,
    Highlight,
    LinkMark,
    HardBreak,
    Heading.configure({ levels: [1, 2, 3] }),
    BulletList,
    OrderedList,
    ListItem,
    ListKeymap,
    ListDepth.configure({ onTooDeep }),
  ];
}

interface CaretUser {
  id?: string;
  name?: string;
  color?: string;
}

function caret(user: CaretUser): HTMLElement {
  const element = document.createElement('span');
  element.className = 'caret';
  element.dataset.person = user.id ?? '';
  // The text must not be read out with other people's names in it; the page says elsewhere who is here.
  element.setAttribute('aria-hidden', 'true');
  element.style.setProperty('--person', safeColor(user.color, user.id ?? ''));
  const label = document.createElement('span');
  label.className = 'caret-name';
  label.textContent = (user.name ?? '').split(' ')[0] || '…';
  element.append(label);
  return element;
}

/** Binds the editor to the section's text and shows the others' carets. */
export function liveExtensions(session: LiveText, person: object): AnyExtension[] {
  return [
    Collaboration.configure({ document: session.doc, field: 'content' }),
    CollaborationCaret.configure({
      provider: { awareness: session.awareness },
      user: person as Record<string, unknown>,
      render: caret,
      selectionRender: (user: CaretUser) => ({
        class: 'caret-selection',
        style: `--person: ${safeColor(user.color, user.id ?? '')}`,
      }),
    }),
  ];
}
