import { useTranslation } from 'react-i18next';

/** Where conversations will be, before they are known. */
export function InboxSketch() {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-3 py-4">
      <p role="status" className="sr-only">
        {t('loading')}
      </p>
      {[0, 1, 2].map((each) => (
        <div key={each} className="flex items-center gap-3 p-3">
          <div className="skeleton size-9 rounded-full!" />
          <div className="flex flex-1 flex-col gap-2">
            <div className="skeleton h-4 w-1/2" />
            <div className="skeleton h-4 w-4/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
