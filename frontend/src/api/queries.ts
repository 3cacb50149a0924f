import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { http } from './http';
import { toProblem } from './problem';
import type { AccessList, Pei, StudentList } from './types';

export const studentsQuery = queryOptions({
  queryKey: ['students'],
  queryFn: async ({ signal }) => (await http.get<StudentList>('/students', { signal })).data.students,
});

/** Who read about a student, newest first, part by part. Always asked anew: what is shown must hold the last minute as well. */
export function accessesQuery(studentId: string) {
  return infiniteQueryOptions({
    queryKey: ['accesses', studentId],
    queryFn: async ({ pageParam, signal }): Promise<AccessList> => {
      const path = `/students/${encodeURIComponent(studentId)}/accesses`;
      return (await http.get<AccessList>(path, { signal, params: pageParam ? { cursor: pageParam } : {} })).data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    staleTime: 0,
    gcTime: 0,
    // All parts that are shown would be asked for again, one after the other, and each question is on record.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** Null is a plan out of reach: an answer like any other, so that it takes the place of what was seen before. */
export function peiQuery(peiId: string) {
  return queryOptions({
    queryKey: ['pei', peiId],
    // Rights, state and "last change" move while the page is open; the texts themselves come over the socket.
    refetchInterval: 60_000,
    queryFn: async ({ signal }): Promise<Pei | null> => {
      try {
        return (await http.get<Pei>(`/peis/${encodeURIComponent(peiId)}`, { signal })).data;
      } catch (error) {
        if (toProblem(error).code === 'not_found') return null;
        throw error;
      }
    },
  });
}
