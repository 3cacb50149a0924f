import i18next from 'i18next';
import entry from '@/locales/pt-BR/entry.json';

// These pages' texts travel with these pages' code.
i18next.addResourceBundle('pt-BR', 'entry', entry);
