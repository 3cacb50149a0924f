import { useEffect } from 'react';

/** React 18 leaves a `<title>` element in the body, so the document is told directly. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Kazumi` : 'Kazumi';
  }, [title]);
}
