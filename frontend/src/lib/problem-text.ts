import i18next from 'i18next';
import type { ApiProblem } from '@/api/problem';
import { waitWords } from './dates';

/** What to tell the person, from the stable code. */
export function problemText(problem: ApiProblem): string {
  if (problem.code === 'too_many_attempts' && problem.retryAfter !== null) {
    return i18next.t('problems:too_many_attempts_wait', { wait: waitWords(problem.retryAfter) });
  }
  return i18next.t(`problems:${problem.code}`);
}
