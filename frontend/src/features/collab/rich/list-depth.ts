import { Extension } from '@tiptap/core';
import { isChangeOrigin } from '@tiptap/extension-collaboration';
import type { Node } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';

/** The server's scanner accepts lists up to this level. */
export const MAX_LIST_DEPTH = 5;

export function listDepth(node: Node, depth = 0): number {
  const here = node.type.name === 'bulletList' || node.type.name === 'orderedList' ? depth + 1 : depth;
  let deepest = here;
  node.forEach((child) => {
    if (!child.isTextblock) deepest = Math.max(deepest, listDepth(child, here));
  });
  return deepest;
}

/** Refuses this person's own step into a sixth list level, by Tab or by paste. What comes from others is never refused here. */
export const ListDepth = Extension.create<{ onTooDeep: () => void }>({
  name: 'listDepth',

  addOptions() {
    return { onTooDeep: () => undefined };
  },

  addProseMirrorPlugins() {
    const { onTooDeep } = this.options;
    return [
      new Plugin({
        filterTransaction: (transaction, state) => {
          if (!transaction.docChanged || isChangeOrigin(transaction)) return true;
          const depth = listDepth(transaction.doc);
          // A text that is already too deep may still be edited, only not made deeper.
          if (depth <= MAX_LIST_DEPTH || depth <= listDepth(state.doc)) return true;
          queueMicrotask(onTooDeep);
          return false;
        },
      }),
    ];
  },
});
