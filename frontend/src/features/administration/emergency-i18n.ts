import i18next from 'i18next';
import emergency from '@/locales/pt-BR/emergency.json';

// These pages' texts travel with their code.
i18next.addResourceBundle('pt-BR', 'emergency', emergency);
