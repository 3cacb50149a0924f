import type { useTranslation } from 'react-i18next';
import type { RoomInfo } from './protocol';

type T = ReturnType<typeof useTranslation<'chat'>>['t'];

/** Which conversation it is; of a desk, to those who sit there, whose. */
export function roomWords(info: RoomInfo, me: string, t: T): string {
  const words = t(`kind.${info.kind}`);
  return info.guardian_name && info.guardian !== me ? `${words} · ${info.guardian_name}` : words;
}

/** Who reads there. */
export function readersWords(info: RoomInfo, me: string, t: T): string {
  if (!info.guardian) return t(`kind_note.${info.kind}`);
  const key = `kind_note.${info.kind}${info.guardian === me ? '_own' : ''}` as 'kind_note.desk_aee';
  return t(key, { name: info.guardian_name ?? '' });
}
