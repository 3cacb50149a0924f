import 'i18next';
import type { resources } from '@/lib/i18n';
import type accesses from '@/locales/pt-BR/accesses.json';
import type account from '@/locales/pt-BR/account.json';
import type administration from '@/locales/pt-BR/administration.json';
import type chat from '@/locales/pt-BR/chat.json';
import type emergency from '@/locales/pt-BR/emergency.json';
import type entry from '@/locales/pt-BR/entry.json';
import type pei from '@/locales/pt-BR/pei.json';
import type privacy from '@/locales/pt-BR/privacy.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof resources & {
      accesses: typeof accesses;
      account: typeof account;
      administration: typeof administration;
      chat: typeof chat;
      emergency: typeof emergency;
      entry: typeof entry;
      pei: typeof pei;
      privacy: typeof privacy;
    };
  }
}
