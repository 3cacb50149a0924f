import { useMemo } from 'react';
import type { Me } from '@/api/types';
import type { Person } from '@/features/collab/section-session';
import { personColor } from '@/lib/people';

/** This person as her own screen shows her; to the others the server says who she is. */
export function usePerson(me: Me): Person {
  return useMemo(
    () => ({
      id: me.user_id,
      name: me.name,
      color: personColor(me.user_id),
      function: me.functions[0]?.function ?? me.kind,
    }),
    [me],
  );
}
