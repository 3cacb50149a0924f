import { Mark } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';

/** Anything else (`javascript:`, `data:`, relative paths) is text, whoever wrote it. */
export function isSafeAddress(address: unknown): address is string {
  return typeof address === 'string' && /^https?:\/\/\S+$/i.test(address);
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    link: { setLink: (href: string) => ReturnType; unsetLink: () => ReturnType };
  }
}

/**
 * Links, small: the stock mark brings a URL detector of ten kilobytes and, with it, a habit of changing other people's text.
 * An address is checked when it is drawn, because a peer's client may have stored anything.
 */
export const LinkMark = Mark.create({
  name: 'link',
  inclusive: false,
  addAttributes() {
    return { href: { default: null } };
  },
  parseHTML() {
    return [{ tag: 'a[href]', getAttrs: (element) => (isSafeAddress(element.getAttribute('href')) ? null : false) }];
  },
  renderHTML({ mark }) {
    const href: unknown = mark.attrs.href;
    if (!isSafeAddress(href)) return ['span', 0];
    return ['a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, 0];
  },
  addCommands() {
    return {
      setLink:
        (href) =>
        ({ commands }) =>
          isSafeAddress(href) && commands.setMark(this.name, { href }),
      unsetLink:
        () =>
        ({ commands }) =>
          commands.unsetMark(this.name, { extendEmptyMarkRange: true }),
    };
  },
  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        props: {
          handlePaste: (view, event) => {
            const address = event.clipboardData?.getData('text/plain').trim();
            if (view.state.selection.empty || !isSafeAddress(address)) return false;
            return editor.commands.setLink(address);
          },
        },
      }),
    ];
  },
});
