import { forgetUnsent } from '@/features/collab/unsent';
import { clearLocalData, setSharedDevice } from '@/lib/device';
import { forgetWaiting } from '@/lib/messages';

/** Removes from this device everything it kept for a person who left. */
export async function forgetPerson(userId: string): Promise<void> {
  const { closeAllRooms } = await import('@/features/collab/rooms');
  await closeAllRooms();
  await clearLocalData(userId);
  forgetUnsent(userId);
  forgetWaiting(userId);
  setSharedDevice(false);
}
