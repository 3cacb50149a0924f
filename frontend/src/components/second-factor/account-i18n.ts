import i18next from 'i18next';
import account from '@/locales/pt-BR/account.json';

// The texts travel with the pages that need them.
i18next.addResourceBundle('pt-BR', 'account', account);
