import i18next from 'i18next';
import pei from '@/locales/pt-BR/pei.json';

// This page's texts travel with this page's code.
i18next.addResourceBundle('pt-BR', 'pei', pei);
