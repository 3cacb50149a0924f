import { ChevronsDown } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso';
import { Announcements } from './announcements';
import { Line } from './line';
import type { Live } from './live';
import { type ChatEvent, isMessage, type RoomInfo } from './protocol';
import type { RoomState } from './room-state';
import { type Divider, dividerOf, pendingOf, type Row, rowsBefore, rowsOf } from './rows';
import { useSpeech } from './speech';
import { outboxOf, statusOf, useView } from './use-chat';
import { END_PX, useFollowing } from './use-following';
import { useReading } from './use-reading';

/** Room for as many older rows as anybody will ever load in front of the first. */
const FIRST_INDEX = 10_000_000;
const FLASH_MS = 1_600;
/** So many rows fill no screen. */
const FEW_ROWS = 15;

interface MessageListProps {
  running: Live;
  state: RoomState;
  info: RoomInfo;
  onReply: (event: ChatEvent) => void;
  onEdit: (event: ChatEvent) => void;
}

/** What was said, of any length: only what is on the screen is drawn. */
export function MessageList(props: MessageListProps) {
  const { t } = useTranslation('chat');
  const { running, state, info } = props;
  const status = useView(running, statusOf);
  // Before the server was asked what is held may be old: where new messages begin is not known yet. Once drawn the list stays, whatever
  // the connection does.
  const drawn = useRef(false);
  const asked = status === 'live' || status === 'away' || status === 'stopped';
  const held = state.events.length > 0 || state.complete || status !== 'live' || info.last_seq === 0;
  if (asked && held) drawn.current = true;
  if (!drawn.current)
    return (
      <p role="status" className="flex-1 p-5 text-soft">
        {t('state.connecting')}
      </p>
    );
  return <Known {...props} />;
}

function Known({ running, state, info, onReply, onEdit }: MessageListProps) {
  const { t } = useTranslation('chat');
  const { room } = info;
  const { events, complete } = state;
  const outbox = useView(running, outboxOf);
  const status = useView(running, statusOf);
  const { conversations } = running.client;
  const list = useRef<VirtuosoHandle>(null);
  const [divider] = useState<Divider | null>(() => dividerOf(state, running.me));
  const [anchor] = useState(() => events[0]?.seq ?? (state.cursor ?? 0) + 1);
  const [atBottom, setAtBottom] = useState(true);
  const [flashed, setFlashed] = useState<number | null>(null);
  const [sought, setSought] = useState<number | null>(null);
  const [leftAt, setLeftAt] = useState<number | null>(null);
  const speech = useSpeech();

  const { following, watch } = useFollowing(divider === null);

  const mine = useMemo(() => outbox.filter((item) => item.room === room), [outbox, room]);
  const rows = useMemo(() => rowsOf(events, mine, divider, anchor), [events, mine, divider, anchor]);
  const pending = useMemo(() => pendingOf(mine), [mine]);
  const firstItemIndex = FIRST_INDEX - rowsBefore(rows, anchor);
  const seen = useReading(running, room, rows, firstItemIndex);

  const older = useCallback(() => conversations.older(room), [conversations, room]);
  const indexOf = useCallback(
    (seq: number) => rows.findIndex((row) => row.kind === 'event' && row.event.seq === seq),
    [rows],
  );

  // Not every event makes a row: who comes and goes in a class, a reaction. The list itself asks only when there is something new to draw.
  const first = events[0]?.seq;
  const rowsAtFirst = useRef({ first, rows: rows.length });
  useEffect(() => {
    const before = rowsAtFirst.current;
    const isFresh = first !== before.first;
    if (isFresh) rowsAtFirst.current = { first, rows: rows.length };
    if (status !== 'live' || complete) return;
    if (rows.length < FEW_ROWS || (isFresh && rows.length <= before.rows)) older();
  }, [first, rows.length, status, complete, older]);

  const jump = useCallback((seq: number) => setSought(seq), []);
  useEffect(() => {
    if (sought === null) return;
    const index = indexOf(sought);
    if (index < 0) {
      // Not held yet: older pages come until it is, or until there are none.
      if (complete) setSought(null);
      else older();
      return;
    }
    following.current = false;
    list.current?.scrollToIndex({ index, align: 'center' });
    setFlashed(sought);
    setSought(null);
  }, [sought, indexOf, complete, older, following]);

  useEffect(() => {
    if (flashed === null) return;
    const timer = setTimeout(() => setFlashed(null), FLASH_MS);
    return () => clearTimeout(timer);
  }, [flashed]);

  const followEnd = useCallback(() => {
    if (following.current) list.current?.scrollToIndex({ index: 'LAST', align: 'end' });
  }, [following]);

  // Whoever sends wants to see it, wherever the list stands.
  const last = mine.findLast(({ act }) => !act)?.client;
  useEffect(() => {
    if (!last) return;
    following.current = true;
    list.current?.scrollToIndex({ index: 'LAST', align: 'end' });
  }, [last, following]);

  // The place for the list shrinks when the keyboard opens or the composer grows: who was at the end stays there.
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!frame.current) return;
    let first = true;
    const observer = new ResizeObserver(() => {
      if (!first) followEnd();
      first = false;
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [followEnd]);

  const onBottom = (bottom: boolean) => {
    setAtBottom(bottom);
    if (bottom) following.current = true;
    setLeftAt(bottom ? null : (events.at(-1)?.seq ?? 0));
  };
  const fresh =
    leftAt === null
      ? 0
      : events.filter((event) => event.seq > leftAt && isMessage(event) && event.user !== running.me).length;
  const start = divider ? Math.max(0, indexOf(divider.seq)) : rows.length - 1;

  return (
    <div ref={frame} className="relative min-h-0 flex-1">
      <Virtuoso
        ref={list}
        data={rows}
        computeItemKey={(_, row) => row.key}
        firstItemIndex={firstItemIndex}
        initialTopMostItemIndex={divider ? { index: start, align: 'start' } : { index: start, align: 'end' }}
        startReached={older}
        rangeChanged={seen}
        atBottomThreshold={END_PX}
        scrollerRef={watch}
        totalListHeightChanged={followEnd}
        atBottomStateChange={onBottom}
        followOutput={() => (following.current ? 'auto' : false)}
        alignToBottom
        components={complete ? BEGINNING : status === 'live' ? LOADING : UNKNOWN}
        // New messages are told together, by `Announcements`: in a list that draws only a part of itself, scrolling would be read out.
        role="log"
        aria-live="off"
        aria-label={t('log')}
        tabIndex={0}
        className="chat-log"
        itemContent={(_, row: Row) => (
          <Line
            row={row}
            running={running}
            state={state}
            info={info}
            divider={divider}
            flash={row.kind === 'event' && row.event.seq === flashed}
            speech={speech}
            pending={row.kind === 'event' ? pending.get(row.event.seq) : undefined}
            onReply={onReply}
            onEdit={onEdit}
            onJump={jump}
          />
        )}
      />
      <Announcements running={running} events={events} />
      {rows.length === 0 && (
        <p className="absolute inset-x-0 top-0 p-5 text-soft">{complete ? t('no_messages') : ''}</p>
      )}
      {!atBottom && (
        <button
          type="button"
          onClick={() => {
            following.current = true;
            list.current?.scrollToIndex({ index: 'LAST', align: 'end', behavior: 'smooth' });
          }}
          className="rise chat-latest flex min-h-11 items-center gap-2 rounded-full border border-edge bg-sheet px-4 font-semibold"
        >
          <ChevronsDown className="size-5" aria-hidden />
          {fresh > 0 ? t('latest_new', { count: fresh }) : t('latest')}
        </button>
      )}
    </div>
  );
}

function Beginning() {
  const { t } = useTranslation('chat');
  return <p className="px-5 pt-5 pb-2 text-center text-soft text-sm">{t('beginning')}</p>;
}

function LoadingOlder() {
  const { t } = useTranslation('chat');
  return <p className="px-5 pt-5 pb-2 text-center text-soft text-sm">{t('loading_older')}</p>;
}

function Foot() {
  return <div className="h-2" />;
}

const BEGINNING = { Header: Beginning, Footer: Foot };
const UNKNOWN = { Header: Foot, Footer: Foot };
const LOADING = { Header: LoadingOlder, Footer: Foot };
