import 'i18next';
import type { resources } from '@/lib/i18n';
import type pei from '@/locales/pt-BR/pei.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof resources & { pei: typeof pei };
  }
}
