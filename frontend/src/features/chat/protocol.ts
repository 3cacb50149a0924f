/** The frames of `/ws/chat`. What they mean: `docs/protocol.md`. */

export const SUBPROTOCOL = 'kazumi.v1';
/** Most characters of a message, counted as the server counts them. */
export const MOST_TEXT = 8_000;
/** Most events of one answer to `history`. */
export const MOST_HISTORY = 100;

export interface LastMessage {
  seq: number;
  user: string;
  name?: string;
  /** Of an announcement. */
  title?: string;
  /** Absent once it was taken back. */
  text?: string;
  at: number;
}

/** Answers without words, in the order in which they are offered. */
export const REACTIONS = ['like', 'love', 'applause', 'joy', 'sadness', 'thanks'] as const;
export type Reaction = (typeof REACTIONS)[number];
/** How long who wrote a message may change it. */
export const EDIT_WITHIN_MS = 15 * 60_000;

export interface RoomInfo {
  room: string;
  kind: 'family' | 'team' | 'class' | 'desk_coordination' | 'desk_aee';
  /** About whom; of a class's room nobody in particular. */
  student?: string;
  student_name?: string;
  class_name?: string;
  /** Whose desk it is. */
  guardian?: string;
  guardian_name?: string;
  access: 'read' | 'write';
  /** In the room of a class: family there, who may be asked to confirm. */
  reads_along?: boolean;
  epoch: number;
  last_seq: number;
  joined_seq: number;
  message_count: number;
  read_seq: number;
  read_no: number;
  last_message?: LastMessage;
}

export interface Member {
  user: string;
  name: string;
  /** A function with the student, or a kind of account; empty while it is not known. */
  function: string;
  read_seq: number;
  received_seq: number;
}

export interface ChatEvent {
  seq: number;
  message_no: number;
  /** `text`, `announcement`, `edited`, `deleted`, `reacted`, `member_added`, `member_removed`; a newer server may know more. */
  kind: string;
  /** Who wrote it; who came or went, which the room of a class does not tell. */
  user?: string;
  name?: string;
  /** Of an announcement, and whether families are asked to confirm it. */
  title?: string;
  needs_confirmation?: boolean;
  client?: string;
  reply_to?: number;
  /** Which message it is about. */
  target?: number;
  reaction?: Reaction;
  /** Of a message: the last change that `text` knows of, and what took it back. */
  edited_seq?: number;
  deleted_seq?: number;
  text?: string;
  at: number;
  /** Of a message, gathered here from the events that follow it: person to reaction. */
  reactions?: Readonly<Record<string, Reaction>>;
}

/** What counts and can be unread. */
export const isMessage = ({ kind }: ChatEvent): boolean => kind === 'text' || kind === 'announcement';

/** About whom a conversation is, or with which class. */
export const placeName = (info: RoomInfo): string => info.student_name ?? info.class_name ?? '';

export type ClientFrame =
  | { t: 'hello' | 'token'; token: string }
  | { t: 'sync'; have: Record<string, [number, number]> }
  | { t: 'publish'; request: number; room: string; client: string; text: string; reply_to?: number }
  | { t: 'edit'; request: number; room: string; client: string; target: number; text: string }
  | { t: 'delete'; request: number; room: string; client: string; target: number }
  | { t: 'react'; request: number; room: string; client: string; target: number; reaction?: Reaction }
  | { t: 'read'; room: string; seq: number }
  | { t: 'received'; marks: Record<string, number> }
  | { t: 'typing'; room: string }
  | { t: 'history'; request: number; room: string; before: number; most: number }
  | { t: 'ping' };

export type ServerFrame =
  | { t: 'welcome'; user: string; now: number; limits: { in_flight?: number } }
  | { t: 'inbox'; rooms: RoomInfo[] }
  | { t: 'attached'; room: string; epoch: number; from: number; members: Member[] }
  | { t: 'events'; room: string; events: ChatEvent[] }
  | { t: 'caught_up' }
  | { t: 'ack'; request: number; room: string; client: string; seq: number; message_no: number; at: number }
  | { t: 'nack'; request: number; code: string; retry_after_ms: number }
  | { t: 'mark'; room: string; user: string; read_seq: number; received_seq: number; read_no?: number }
  | { t: 'typing'; room: string; user: string }
  | { t: 'page'; request: number; room: string; events: ChatEvent[]; end: boolean }
  | { t: 'gone'; room: string }
  | { t: 'token'; within_s: number }
  | { t: 'bye'; code: string; retry_after_ms: number }
  | { t: 'pong'; now: number };

type Kind = 'string' | 'number' | 'boolean' | 'object' | 'list';

/** What each frame must have. Anything more is ignored. */
const FIELDS: { [T in ServerFrame['t']]: Record<string, Kind> } = {
  welcome: { user: 'string', now: 'number', limits: 'object' },
  inbox: { rooms: 'list' },
  attached: { room: 'string', epoch: 'number', from: 'number', members: 'list' },
  events: { room: 'string', events: 'list' },
  caught_up: {},
  ack: { request: 'number', room: 'string', client: 'string', seq: 'number', message_no: 'number', at: 'number' },
  nack: { request: 'number', code: 'string', retry_after_ms: 'number' },
  mark: { room: 'string', user: 'string', read_seq: 'number', received_seq: 'number' },
  typing: { room: 'string', user: 'string' },
  page: { request: 'number', room: 'string', events: 'list', end: 'boolean' },
  gone: { room: 'string' },
  token: { within_s: 'number' },
  bye: { code: 'string', retry_after_ms: 'number' },
  pong: { now: 'number' },
};

const is = (value: unknown, kind: Kind): boolean =>
  kind === 'list' ? Array.isArray(value) : typeof value === kind && value !== null;

/** A frame of the server, or null: an unknown type and a damaged frame are passed over, an unknown field stays unread. */
export function readFrame(text: string): ServerFrame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const frame = value as Record<string, unknown>;
  if (typeof frame.t !== 'string' || !Object.hasOwn(FIELDS, frame.t)) return null;
  const fields = Object.entries(FIELDS[frame.t as ServerFrame['t']]);
  return fields.every(([name, kind]) => is(frame[name], kind)) ? (frame as unknown as ServerFrame) : null;
}

/** Characters as the server counts them: an emoji is one, not two. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text.trim()) count += 1;
  return count;
}

/** Without what the server refuses: control characters other than line breaks and tabs, and blanks around the text. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}
