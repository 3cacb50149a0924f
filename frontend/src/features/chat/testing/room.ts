import type { ChatEvent, Member, RoomInfo } from '../protocol';

/** A message of the log, or what else a test says that it is. */
export function event(seq: number, more: Partial<ChatEvent> = {}): ChatEvent {
  return {
    seq,
    message_no: seq,
    kind: 'text',
    user: 'bia',
    name: 'Bia',
    text: `texto ${seq}`,
    at: seq * 1_000,
    ...more,
  };
}

export const events = (from: number, to: number): ChatEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(from + index));

export function member(user: string, more: Partial<Member> = {}): Member {
  return { user, name: user, function: '', read_seq: 0, received_seq: 0, ...more };
}

export function info(more: Partial<RoomInfo> = {}): RoomInfo {
  return {
    room: 'sala',
    kind: 'family',
    student: 'lucas',
    student_name: 'Lucas Lima',
    access: 'write',
    epoch: 1,
    last_seq: 0,
    joined_seq: 0,
    message_count: 0,
    read_seq: 0,
    read_no: 0,
    ...more,
  };
}
