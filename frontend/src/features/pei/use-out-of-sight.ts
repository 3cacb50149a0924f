import { useCallback, useEffect, useRef, useState } from 'react';

/** Whether an element has been scrolled out above the top bar. */
export function useOutOfSight(): [(element: HTMLElement | null) => void, boolean] {
  const [out, setOut] = useState(false);
  const watcher = useRef<IntersectionObserver | null>(null);
  const attach = useCallback((element: HTMLElement | null) => {
    watcher.current?.disconnect();
    if (!element) return;
    watcher.current = new IntersectionObserver(([entry]) => setOut(entry ? !entry.isIntersecting : false), {
      rootMargin: '-56px 0px 0px 0px',
    });
    watcher.current.observe(element);
  }, []);
  useEffect(() => () => watcher.current?.disconnect(), []);
  return [attach, out];
}
