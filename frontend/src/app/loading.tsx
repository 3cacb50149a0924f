import { useTranslation } from 'react-i18next';
import { Mark } from '@/components/layout/brand';

/** Shown while the first page loads. */
export function Loading() {
  const { t } = useTranslation();
  return (
    <div className="grid min-h-dvh place-items-center">
      <Mark className="size-12" />
      <p role="status" className="sr-only">
        {t('loading')}
      </p>
    </div>
  );
}
