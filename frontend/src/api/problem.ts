import { isAxiosError } from 'axios';
import type { ProblemBody } from './types';

/**
 * Every code the server may send, plus `network` (no answer at all), `unknown` (an answer we do not understand) and `cancelled` (the
 * person thought better of it).
 */
export const PROBLEM_CODES = [
  'invalid_credentials',
  'unauthenticated',
  'session_ended',
  'token_expired',
  'forbidden',
  'changed_meanwhile',
  'step_up_required',
  'second_factor_required',
  'not_found',
  'method_not_allowed',
  'validation',
  'malformed',
  'payload_too_large',
  'unsupported_media_type',
  'account_exists',
  'mail_unavailable',
  'too_many_attempts',
  'overloaded',
  'store_unavailable',
  'internal',
  'bad_origin',
  'network',
  'unknown',
  'cancelled',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export class ApiProblem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly status: number,
    /** Seconds to wait, when the server said so. */
    readonly retryAfter: number | null = null,
    readonly requestId: string | null = null,
    readonly fields: readonly { field: string; code: string }[] = [],
  ) {
    super(code);
    this.name = 'ApiProblem';
  }
}

function knownCode(value: unknown): ProblemCode | null {
  return PROBLEM_CODES.find((code) => code === value) ?? null;
}

/** A gateway in front of the server answers without a code; its status still says what to tell the person. */
function codeOfStatus(status: number): ProblemCode {
  if (status === 429) return 'too_many_attempts';
  if (status === 404) return 'not_found';
  if (status === 413) return 'payload_too_large';
  if (status === 502 || status === 503 || status === 504) return 'overloaded';
  if (status >= 500) return 'internal';
  return 'unknown';
}

export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (!isAxiosError<Partial<ProblemBody>>(error)) return new ApiProblem('unknown', 0);
  const response = error.response;
  if (!response) return new ApiProblem('network', 0);
  const body = typeof response.data === 'object' && response.data !== null ? response.data : {};
  const wait = Number(response.headers['retry-after']);
  return new ApiProblem(
    knownCode(body.code) ?? codeOfStatus(response.status),
    response.status,
    Number.isFinite(wait) && wait > 0 ? wait : null,
    body.request_id ?? null,
    body.errors ?? [],
  );
}
