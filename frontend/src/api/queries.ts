import { queryOptions } from '@tanstack/react-query';
import { http } from './http';
import type { Pei, StudentList } from './types';

export const studentsQuery = queryOptions({
  queryKey: ['students'],
  queryFn: async ({ signal }) => (await http.get<StudentList>('/students', { signal })).data.students,
});

export function peiQuery(peiId: string) {
  return queryOptions({
    queryKey: ['pei', peiId],
    // Rights, state and "last change" move while the page is open; the texts themselves come over the socket.
    refetchInterval: 60_000,
    queryFn: async ({ signal }) => (await http.get<Pei>(`/peis/${encodeURIComponent(peiId)}`, { signal })).data,
  });
}
