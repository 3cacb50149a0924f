import { AxiosError, AxiosHeaders } from 'axios';
import { beforeAll, describe, expect, it } from 'vitest';
import { ApiProblem, PROBLEM_CODES, toProblem } from '@/api/problem';
import problems from '@/locales/pt-BR/problems.json';
import { startI18n } from './i18n';
import { problemText } from './problem-text';

beforeAll(startI18n);

function answer(status: number, data: unknown, headers: Record<string, string> = {}): AxiosError {
  const config = { headers: new AxiosHeaders() };
  return new AxiosError('', undefined, config, {}, { status, data, headers, statusText: '', config });
}

describe('problemText', () => {
  it('has a text for every code of the API', () => {
    for (const code of PROBLEM_CODES) {
      const text = problemText(new ApiProblem(code, 400));
      expect(text, code).toBe(problems[code]);
      expect(text.length).toBeGreaterThan(10);
    }
  });

  it('says how long to wait after too many attempts', () => {
    const problem = toProblem(answer(429, { code: 'too_many_attempts' }, { 'retry-after': '95' }));
    expect(problemText(problem)).toBe('Muitas tentativas. Tente de novo em 2 minutos.');
  });
});

describe('toProblem', () => {
  it('trusts the code and keeps the request id', () => {
    const problem = toProblem(answer(401, { code: 'invalid_credentials', request_id: 'r1' }));
    expect([problem.code, problem.requestId]).toEqual(['invalid_credentials', 'r1']);
  });

  it('understands an answer from a gateway that knows no codes', () => {
    expect(toProblem(answer(502, '<html>')).code).toBe('overloaded');
    expect(toProblem(answer(404, '')).code).toBe('not_found');
    expect(toProblem(answer(500, null)).code).toBe('internal');
    expect(toProblem(answer(418, { code: 'teapot' })).code).toBe('unknown');
  });

  it('calls silence a network problem', () => {
    expect(toProblem(new AxiosError('Network Error')).code).toBe('network');
    expect(toProblem(new Error('other')).code).toBe('unknown');
  });
});
