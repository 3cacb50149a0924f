import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { SectionKey } from '@/api/types';
import { Button, buttonClass } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { unsentText } from '@/features/collab/export-text';
import { forgetUnsentOf, type Unsent } from '@/features/collab/unsent';
import { deleteDatabase } from '@/lib/device';
import { saveText } from '@/lib/save-file';
import { usePageTitle } from '@/lib/use-page-title';
import { useFieldWords } from './use-section-download';
import { sectionTitle } from './words';

interface KeptHereProps {
  userId: string;
  entries: readonly Unsent[];
  onDone: () => void;
}

/** Unsent text of a plan out of reach that is on this device alone: its author takes it along, or lets it go. */
export function KeptHere({ userId, entries, onDone }: KeptHereProps) {
  const { t } = useTranslation(['pei', 'common']);
  const [downloaded, setDownloaded] = useState(false);
  const fields = useFieldWords();
  usePageTitle(t('stop.leftovers'));

  async function download() {
    const section = (key: string) => sectionTitle(key as SectionKey);
    saveText(t('stop.file'), await unsentText(entries, { section, fields }));
    setDownloaded(true);
  }

  async function discard() {
    for (const { database } of entries) {
      forgetUnsentOf(userId, database);
      await deleteDatabase(database);
    }
    onDone();
  }

  return (
    <main className="mx-auto max-w-190 px-5 py-10">
      <h1 className="mb-5 text-2xl">{t('stop.leftovers')}</h1>
      <div className="mb-5">
        <Notice tone="danger">
          <p className="font-semibold">{t('stop.kept_here', { count: entries.length })}</p>
          <ul className="mt-1 list-disc pl-6">
            {entries.map(({ database, section }) => (
              <li key={database}>{sectionTitle(section as SectionKey)}</li>
            ))}
          </ul>
          <div className="mt-3 flex flex-wrap gap-3">
            <Button onClick={() => void download()}>
              <Download className="size-5" aria-hidden />
              {t('stop.download')}
            </Button>
            <Button look="outline" onClick={() => void discard()}>
              {t(downloaded ? 'stop.done' : 'stop.discard')}
            </Button>
          </div>
        </Notice>
      </div>
      <Link to="/" className={buttonClass('outline')}>
        {t('common:back_home')}
      </Link>
    </main>
  );
}
