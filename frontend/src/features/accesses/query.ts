import { infiniteQueryOptions } from '@tanstack/react-query';
import { http } from '@/api/http';
import type { AccessList } from '@/api/types';

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
