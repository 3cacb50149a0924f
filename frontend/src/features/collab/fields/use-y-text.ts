import { useCallback, useSyncExternalStore } from 'react';
import type * as Y from 'yjs';

/** The characters of a shared text, renewed when they change. */
export function useYText(text: Y.Text): string {
  const subscribe = useCallback(
    (notify: () => void) => {
      text.observe(notify);
      return () => text.unobserve(notify);
    },
    [text],
  );
  return useSyncExternalStore(subscribe, () => text.toString());
}
