import i18next from 'i18next';
import chat from '@/locales/pt-BR/chat.json';

// These texts travel with the conversations' own code.
i18next.addResourceBundle('pt-BR', 'chat', chat);
