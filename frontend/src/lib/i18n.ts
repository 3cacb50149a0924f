import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import auth from '@/locales/pt-BR/auth.json';
import collab from '@/locales/pt-BR/collab.json';
import common from '@/locales/pt-BR/common.json';
import problems from '@/locales/pt-BR/problems.json';
import students from '@/locales/pt-BR/students.json';

/** The texts every visit needs. The PEI page brings its own (`pei`) when it loads. */
export const resources = { common, auth, students, collab, problems } as const;

export function startI18n(): void {
  void i18next.use(initReactI18next).init({
    lng: 'pt-BR',
    fallbackLng: 'pt-BR',
    defaultNS: 'common',
    resources: { 'pt-BR': resources },
    interpolation: { escapeValue: false },
    returnNull: false,
    react: { useSuspense: false },
  });
}
