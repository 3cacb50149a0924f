import { useCallback, useEffect, useRef } from 'react';
import type { ListRange } from 'react-virtuoso';
import type { Live } from './live';
import type { Row } from './rows';

/** Marks as read what is on the screen of a page that is looked at. Returns what the list tells when it shows another part. */
export function useReading(
  running: Live,
  room: string,
  rows: readonly Row[],
  first: number,
): (range: ListRange) => void {
  const end = useRef<number | null>(null);
  const { conversations } = running.client;

  const mark = useCallback(() => {
    if (end.current === null || document.visibilityState !== 'visible' || !document.hasFocus()) return;
    for (let index = Math.min(end.current - first, rows.length - 1); index >= 0; index -= 1) {
      const row = rows[index];
      if (row?.kind !== 'event') continue;
      conversations.read(room, row.event.seq);
      return;
    }
  }, [conversations, room, rows, first]);

  useEffect(() => {
    mark();
    window.addEventListener('focus', mark);
    document.addEventListener('visibilitychange', mark);
    return () => {
      window.removeEventListener('focus', mark);
      document.removeEventListener('visibilitychange', mark);
    };
  }, [mark]);

  return useCallback(
    ({ endIndex }: ListRange) => {
      end.current = endIndex;
      mark();
    },
    [mark],
  );
}
