import i18next from 'i18next';
import administration from '@/locales/pt-BR/administration.json';

// These pages' texts travel with their code.
i18next.addResourceBundle('pt-BR', 'administration', administration);
