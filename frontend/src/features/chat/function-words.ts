import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** What somebody does, in words; nothing for what this release does not know. */
export function useFunctionWords(): (name: string) => string {
  const { t, i18n } = useTranslation('common');
  return useCallback(
    (name) => (name && i18n.exists(`common:function.${name}`) ? t(`function.${name}` as 'function.guardian') : ''),
    [t, i18n],
  );
}
