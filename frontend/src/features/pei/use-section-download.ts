import { useTranslation } from 'react-i18next';
import { documentText, downloadText } from '@/features/collab/export-text';
import type { SectionSession } from '@/features/collab/section-session';
import { sectionTitle } from './words';

/** Hands over the text of a section as a file, straight from the open document. */
export function useSectionDownload(session: SectionSession): () => void {
  const { t } = useTranslation('pei');
  const { t: tc } = useTranslation('collab');
  return () => {
    const { section, kind } = session.section;
    const fields = {
      description: tc('goal_field.description'),
      baseline: tc('goal_field.baseline'),
      criterion: tc('goal_field.criterion'),
    };
    const text = documentText(session.doc, kind, { section: () => sectionTitle(section), fields });
    downloadText(t('stop.file'), `${sectionTitle(section)}\n\n${text}\n`);
  };
}
