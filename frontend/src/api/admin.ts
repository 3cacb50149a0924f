import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { http } from './http';
import { toProblem } from './problem';
import { withStepUp } from './step-up';
import type {
  AdminPersonDetail,
  AdminSchool,
  AdminStudentDetail,
  AdminStudentsPage,
  Effect,
  PeoplePage,
  ResetCode,
  Warning,
} from './types';

/** Everything of administration in the query cache; an act makes all of it old. */
export const ADMIN_KEY = 'admin';

export const adminSchoolsQuery = queryOptions({
  queryKey: [ADMIN_KEY, 'schools'],
  staleTime: 60_000,
  queryFn: async ({ signal }) =>
    (await http.get<{ schools: AdminSchool[] }>('/admin/schools', { signal })).data.schools,
});

export type KindFilter = 'all' | 'staff' | 'guardian';

export function peopleQuery(schoolId: string, q: string, kind: KindFilter, limit = 50) {
  return infiniteQueryOptions({
    queryKey: [ADMIN_KEY, 'people', schoolId, q, kind, limit],
    initialPageParam: null as string | null,
    queryFn: async ({ signal, pageParam }) => {
      const params = {
        school_id: schoolId,
        limit,
        ...(q && { q }),
        ...(kind !== 'all' && { kind }),
        ...(pageParam && { cursor: pageParam }),
      };
      return (await http.get<PeoplePage>('/admin/people', { signal, params })).data;
    },
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
}

export function adminStudentsQuery(schoolId: string, q: string) {
  return infiniteQueryOptions({
    queryKey: [ADMIN_KEY, 'students', schoolId, q],
    initialPageParam: null as string | null,
    queryFn: async ({ signal, pageParam }) => {
      const params = { school_id: schoolId, ...(q && { q }), ...(pageParam && { cursor: pageParam }) };
      return (await http.get<AdminStudentsPage>('/admin/students', { signal, params })).data;
    },
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
}

/** Null is out of reach: an answer like any other, so that it takes the place of what was seen before. */
async function orNull<T>(ask: Promise<{ data: T }>): Promise<T | null> {
  try {
    return (await ask).data;
  } catch (error) {
    if (toProblem(error).code === 'not_found') return null;
    throw error;
  }
}

export function personQuery(userId: string) {
  return queryOptions({
    queryKey: [ADMIN_KEY, 'person', userId],
    queryFn: ({ signal }) =>
      orNull(http.get<AdminPersonDetail>(`/admin/people/${encodeURIComponent(userId)}`, { signal })),
  });
}

export function adminStudentQuery(studentId: string) {
  return queryOptions({
    queryKey: [ADMIN_KEY, 'student', studentId],
    queryFn: ({ signal }) =>
      orNull(http.get<AdminStudentDetail>(`/admin/students/${encodeURIComponent(studentId)}`, { signal })),
  });
}

/** One act of administration, ready to be tried or done. */
export interface Act {
  method: 'post' | 'patch';
  path: string;
  body: Record<string, unknown>;
}

/** A code on paper for somebody's new password; it is seen now or never. */
export function makeResetCode(userId: string): Promise<ResetCode> {
  const path = `/admin/people/${encodeURIComponent(userId)}/reset-code`;
  return withStepUp(async () => (await http.post<ResetCode>(path)).data);
}

/** What the act would do: the server does it, compares, and undoes it. */
export async function previewAct({ method, path, body }: Act): Promise<Effect> {
  const request = { method, url: path, data: body, params: { dry_run: true } };
  return (await http.request<Effect>(request)).data;
}

/** Does it; asks for the password when the last proof is too old. */
export function doAct({ method, path, body }: Act, accept: readonly Warning[] = []): Promise<Effect> {
  const data = accept.length > 0 ? { ...body, accept } : body;
  return withStepUp(async () => (await http.request<Effect>({ method, url: path, data })).data);
}
