import { useQuery } from '@tanstack/react-query';
import { adminSchoolsQuery } from './admin';
import type { Me } from './types';

/** Whether this person administers a school. The server says so, school by school; families are not asked about. */
export function useAdministers(me: Me): boolean {
  const { data } = useQuery({ ...adminSchoolsQuery, enabled: me.kind === 'staff' });
  return (data?.length ?? 0) > 0;
}
