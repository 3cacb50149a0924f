import { queryOptions } from '@tanstack/react-query';
import { http } from '@/api/http';
import { ApiProblem } from '@/api/problem';
import { getSession } from '@/api/session';
import type { ConsentKind, ConsentList, CorrectionList } from '@/api/types';

const path = (studentId: string, what: 'consents' | 'corrections' | 'dossier') =>
  `/students/${encodeURIComponent(studentId)}/${what}`;

/** What somebody takes back must not stay on other open pages for long. */
const LOOK_AGAIN_MS = 15_000;

export function consentsQuery(studentId: string) {
  return queryOptions({
    queryKey: ['consents', studentId],
    staleTime: 0,
    gcTime: 0,
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: async ({ signal }) => (await http.get<ConsentList>(path(studentId, 'consents'), { signal })).data,
  });
}

export function correctionsQuery(studentId: string) {
  return queryOptions({
    queryKey: ['corrections', studentId],
    staleTime: 0,
    gcTime: 0,
    queryFn: async ({ signal }) => (await http.get<CorrectionList>(path(studentId, 'corrections'), { signal })).data,
  });
}

export interface Decision {
  kind: ConsentKind;
  given: boolean;
  text_version: number;
  paper?: { guardian_id: string; evidence: string };
}

export async function decide(studentId: string, decision: Decision): Promise<ConsentList> {
  return (await http.post<ConsentList>(path(studentId, 'consents'), decision)).data;
}

export async function askCorrection(
  studentId: string,
  words: { wrong: string; should_say: string },
): Promise<CorrectionList> {
  return (await http.post<CorrectionList>(path(studentId, 'corrections'), words)).data;
}

export async function answerCorrection(
  studentId: string,
  correctionId: string,
  words: { accepted: boolean; answer: string },
): Promise<CorrectionList> {
  return (await http.post<CorrectionList>(`${path(studentId, 'corrections')}/${correctionId}/answer`, words)).data;
}

const personIn = () => {
  const session = getSession();
  return session.status === 'in' ? session.me.user_id : null;
};

/** Making it reads all texts of the child, and a slow network takes its time. */
const DOSSIER_TIMEOUT_MS = 180_000;

/** A copy of everything: a ZIP file. The server wants a fresh proof first, and the family sees that it was taken. */
export async function takeDossier(studentId: string): Promise<Blob> {
  const asker = personIn();
  const answer = await http.post<ArrayBuffer>(path(studentId, 'dossier'), undefined, {
    responseType: 'arraybuffer',
    timeout: DOSSIER_TIMEOUT_MS,
    // A refusal is told in JSON, whatever was asked for.
    transformResponse: (data: ArrayBuffer, headers) =>
      String(headers['content-type']).includes('json') ? JSON.parse(new TextDecoder().decode(data)) : data,
  });
  // Who left meanwhile, perhaps from a computer of many people, must not leave the child's data behind.
  if (asker === null || personIn() !== asker) throw new ApiProblem('cancelled', 0);
  return new Blob([answer.data], { type: 'application/zip' });
}
