import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Mark } from './brand';

/** A page that opens faster than this needs no picture of waiting; one that takes longer must not look broken. */
const SOON_MS = 600;
const SLOW_MS = 3_000;

/** Shown while the first page loads. */
export function Loading() {
  const { t } = useTranslation();
  const soon = useLater(SOON_MS);
  const slow = useLater(SLOW_MS);
  return (
    <div className="grid min-h-dvh place-content-center justify-items-center gap-4 px-5 text-center text-soft">
      {soon && <Mark className="size-12" />}
      <p role="status" className={soon ? undefined : 'sr-only'}>
        {t(slow ? 'loading_slow' : 'loading')}
      </p>
    </div>
  );
}

function useLater(milliseconds: number): boolean {
  const [later, setLater] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), milliseconds);
    return () => clearTimeout(timer);
  }, [milliseconds]);
  return later;
}
