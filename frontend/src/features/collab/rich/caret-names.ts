import type { Awareness } from 'y-protocols/awareness';

/** Shows a caret's name again whenever its owner moves; the style lets it fade. Returns how to stop. */
export function refreshCaretNames(awareness: Awareness, dom: HTMLElement): () => void {
  const onChange = ({ updated }: { updated: number[] }) => {
    for (const client of updated) {
      const id = (awareness.getStates().get(client)?.user as { id?: unknown } | undefined)?.id;
      if (client === awareness.clientID || typeof id !== 'string') continue;
      for (const name of dom.querySelectorAll(`.caret[data-person="${CSS.escape(id)}"] > .caret-name`)) {
        for (const animation of name.getAnimations()) animation.currentTime = 0;
        for (const animation of name.getAnimations()) animation.play();
      }
    }
  };
  awareness.on('change', onChange);
  return () => awareness.off('change', onChange);
}
