import { useTranslation } from 'react-i18next';
import { documentText, type ExportLabels } from '@/features/collab/export-text';
import type { SectionSession } from '@/features/collab/section-session';
import { saveText } from '@/lib/save-file';
import { sectionTitle } from './words';

/** What the fields of a goal are called in a file. */
export function useFieldWords(): ExportLabels['fields'] {
  const { t } = useTranslation('collab');
  return {
    description: t('goal_field.description'),
    baseline: t('goal_field.baseline'),
    criterion: t('goal_field.criterion'),
  };
}

/** Hands over the text of a section as a file, straight from the open document. */
export function useSectionDownload(session: SectionSession): () => void {
  const { t } = useTranslation('pei');
  const fields = useFieldWords();
  return () => {
    const { section, kind } = session.section;
    const text = documentText(session.doc, kind, { section: () => sectionTitle(section), fields });
    saveText(t('stop.file'), `${sectionTitle(section)}\n\n${text}\n`);
  };
}
