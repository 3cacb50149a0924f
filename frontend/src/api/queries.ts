import { queryOptions } from '@tanstack/react-query';
import { http } from './http';
import { toProblem } from './problem';
import type { Pei, StudentList } from './types';

export const studentsQuery = queryOptions({
  queryKey: ['students'],
  queryFn: async ({ signal }) => (await http.get<StudentList>('/students', { signal })).data.students,
});

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
