import { beforeEach, describe, expect, it } from 'vitest';
import { Connection, SessionEnded, type Socket, type Status } from './connection';
import { Clock } from './testing/model-world';

interface Line extends Socket {
  said: string[];
  closed: boolean;
}

let clock: Clock;
let lines: Line[];
let tokens: boolean[];
let visible: boolean;
let ended: boolean;
let statuses: Status[];
let connection: Connection;

const last = () => lines.at(-1) as Line;
const frames = (line: Line) => line.said.map((text) => JSON.parse(text).t);
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await null;
};

async function pass(milliseconds: number): Promise<void> {
  clock.pass(milliseconds);
  await settle();
}

async function letIn(): Promise<void> {
  last().onopen?.();
  for (const frame of ['{"t":"welcome","user":"ana","now":0,"limits":{}}', '{"t":"caught_up"}'])
    last().onmessage?.(frame);
}

beforeEach(async () => {
  clock = new Clock();
  lines = [];
  tokens = [];
  statuses = [];
  visible = true;
  ended = false;
  connection = new Connection(
    {
      open: () => {
        const line: Line = {
          said: [],
          closed: false,
          send: (text) => line.said.push(text),
          close: () => {
            line.closed = true;
          },
          onopen: null,
          onmessage: null,
          onclose: null,
        };
        lines.push(line);
        return line;
      },
      token: async (renew) => {
        tokens.push(renew);
        if (ended) throw new SessionEnded();
        return 'token';
      },
      now: () => clock.now,
      // The longest pause that chance allows.
      random: () => 1,
      visible: () => visible,
      later: (run, milliseconds) => clock.later(run, milliseconds),
    },
    { onIn: () => undefined, onFrame: () => undefined, onStatus: (status) => statuses.push(status) },
  );
  connection.start();
  await settle();
});

describe('coming back', () => {
  it('takes twice as long each time, up to 5 s, and begins anew after success', async () => {
    for (const pause of [500, 1_000, 2_000, 4_000, 5_000, 5_000]) {
      last().onclose?.(1006);
      const before = lines.length;
      await pass(pause - 1);
      expect(lines.length, `before ${pause}`).toBe(before);
      await pass(1);
      expect(lines.length, `after ${pause}`).toBe(before + 1);
    }
    await letIn();
    last().onclose?.(1006);
    await pass(500);
    expect(lines).toHaveLength(8);
  });

  it('happens when the server said, after a goodbye', async () => {
    await letIn();
    last().onmessage?.('{"t":"bye","code":"restarting","retry_after_ms":3000}');
    last().onclose?.(1012);
    await pass(2_999);
    expect(lines).toHaveLength(1);
    await pass(1);
    expect(lines).toHaveLength(2);
  });

  it('waits for eyes when nobody looks, and comes at once when somebody does', async () => {
    visible = false;
    last().onclose?.(1006);
    await pass(60_000);
    expect(lines).toHaveLength(1);
    visible = true;
    connection.wake();
    await settle();
    expect(lines).toHaveLength(2);
  });

  it('is tried again when a connection does not open within 5 s', async () => {
    await pass(5_000);
    expect(lines[0]?.closed).toBe(true);
    await pass(500);
    expect(lines).toHaveLength(2);
  });
});

describe('a refusal', () => {
  it('for good ends it', async () => {
    last().onclose?.(4403);
    await pass(60_000);
    expect([lines.length, statuses.at(-1)]).toEqual([1, 'stopped']);
  });

  it('of the token is answered with a fresh one, twice', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      last().onclose?.(4401);
      await settle();
    }
    expect(tokens).toEqual([false, true, true]);
    expect(statuses.at(-1)).toBe('stopped');
  });

  it('to renew ends it until somebody signs in', async () => {
    ended = true;
    last().onclose?.(4401);
    await settle();
    expect(statuses.at(-1)).toBe('stopped');
    ended = false;
    connection.again();
    await settle();
    expect(lines).toHaveLength(2);
  });
});

describe('a socket that looks open', () => {
  it('is asked after 25 s of silence and given up after 50', async () => {
    await letIn();
    await pass(25_000);
    expect(frames(last())).toEqual(['hello', 'ping']);
    await pass(24_000);
    expect(lines[0]?.closed).toBe(false);
    await pass(1_000);
    expect(lines[0]?.closed).toBe(true);
  });

  it('lives on when it answers', async () => {
    await letIn();
    for (let turn = 0; turn < 10; turn += 1) {
      await pass(25_000);
      last().onmessage?.('{"t":"pong","now":1}');
    }
    expect(lines).toHaveLength(1);
  });

  it('is a ghost when the clock jumped', async () => {
    await letIn();
    clock.now += 20_000;
    await pass(1_000);
    expect(lines).toHaveLength(2);
    expect(lines[0]?.closed).toBe(true);
  });
});
