import 'i18next';
import type { resources } from '@/lib/i18n';
import type account from '@/locales/pt-BR/account.json';
import type pei from '@/locales/pt-BR/pei.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof resources & { account: typeof account; pei: typeof pei };
  }
}
