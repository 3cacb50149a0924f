import { queryOptions } from '@tanstack/react-query';
import { http } from '@/api/http';
import type { OwnConfirmation, ReceiptList } from '@/api/types';

const path = (room: string, what: string) => `/rooms/${encodeURIComponent(room)}/${what}`;

export interface Announcement {
  client_id: string;
  title: string;
  text: string;
  needs_confirmation: boolean;
}

export async function announce(room: string, announcement: Announcement): Promise<void> {
  await http.post(path(room, 'announcements'), announcement);
}

/** What this person has confirmed in the room of a class. */
export function confirmationsQuery(room: string) {
  return queryOptions({
    queryKey: ['confirmations', room],
    queryFn: async ({ signal }) => (await http.get<OwnConfirmation[]>(path(room, 'confirmations'), { signal })).data,
  });
}

export async function confirmAnnouncement(room: string, seq: number, how: 'tap' | 'audio'): Promise<void> {
  await http.put(path(room, `announcements/${seq}/confirmation`), { how });
}

/** Who has seen and confirmed an announcement; looked at again while it is open. */
export function receiptsQuery(room: string, seq: number) {
  return queryOptions({
    queryKey: ['receipts', room, seq],
    staleTime: 0,
    gcTime: 0,
    refetchInterval: 15_000,
    queryFn: async ({ signal }) =>
      (await http.get<ReceiptList>(path(room, `announcements/${seq}/receipts`), { signal })).data,
  });
}

export async function receiptsTable(room: string, seq: number): Promise<Blob> {
  const answer = await http.get<Blob>(path(room, `announcements/${seq}/receipts.csv`), { responseType: 'blob' });
  return answer.data;
}

export async function openDesk(student: string, desk: 'coordination' | 'aee'): Promise<string> {
  const answer = await http.post<{ room_id: string }>(`/students/${encodeURIComponent(student)}/desks`, { desk });
  return answer.data.room_id;
}
