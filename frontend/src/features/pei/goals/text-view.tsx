import { useTranslation } from 'react-i18next';
import type * as Y from 'yjs';
import { useYText } from '@/features/collab/fields/use-y-text';

/** A shared text, only read. */
export function TextView({ text }: { text: Y.Text }) {
  const { t } = useTranslation('pei');
  const value = useYText(text);
  return value.trim() ? (
    <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{value}</p>
  ) : (
    <p className="text-soft italic">{t('goals.blank_field')}</p>
  );
}
