import i18next from 'i18next';
import privacy from '@/locales/pt-BR/privacy.json';

// These pages' texts travel with their code.
i18next.addResourceBundle('pt-BR', 'privacy', privacy);
