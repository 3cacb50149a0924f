import i18next from 'i18next';
import accesses from '@/locales/pt-BR/accesses.json';

// This page's texts travel with this page's code.
i18next.addResourceBundle('pt-BR', 'accesses', accesses);
