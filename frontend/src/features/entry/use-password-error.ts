import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '@/api/problem';

const WEAKNESSES = ['too_short', 'too_long', 'guessable', 'personal'] as const;

/** The server's word on a new password, for the field; undefined when it says nothing about it. */
export function usePasswordError(): (problem: ApiProblem) => string | undefined {
  const { t } = useTranslation('entry');
  return (problem) => {
    const code = problem.fields.find(({ field }) => field === 'password')?.code;
    const weakness = WEAKNESSES.find((one) => one === code);
    return weakness && t(`password.error.${weakness}`);
  };
}
