import { queryOptions } from '@tanstack/react-query';
import { ADMIN_KEY, doAct } from '@/api/admin';
import { http } from '@/api/http';
import { withStepUp } from '@/api/step-up';
import type { Effect, Emergency, EmergencyStudent } from '@/api/types';

/** Who opened records of a school's students. */
export function emergenciesQuery(schoolId: string) {
  return queryOptions({
    queryKey: [ADMIN_KEY, 'emergencies', schoolId],
    staleTime: 0,
    queryFn: async ({ signal }) =>
      (
        await http.get<{ emergencies: Emergency[] }>('/admin/break-glass', {
          signal,
          params: { school_id: schoolId },
        })
      ).data.emergencies,
  });
}

/** Children of this name in the school; asks for the password when the last proof is too old. */
export function findStudents(schoolId: string, name: string): Promise<EmergencyStudent[]> {
  const params = { school_id: schoolId, name };
  return withStepUp(
    async () =>
      (await http.get<{ students: EmergencyStudent[] }>('/admin/break-glass/students', { params })).data.students,
  );
}

export function openEmergency(studentId: string, reason: string): Promise<Effect> {
  return doAct({ method: 'post', path: `/admin/students/${studentId}/break-glass`, body: { reason } });
}

export function endEmergency(studentId: string, emergencyId: string): Promise<Effect> {
  return doAct({ method: 'post', path: `/admin/students/${studentId}/break-glass/${emergencyId}/end`, body: {} });
}
