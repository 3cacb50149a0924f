import type { Socket, World } from '../connection';
import type { Random } from './random';

/** A clock that goes on only when the test says so. */
export class Clock {
  now = 1_000_000;
  private timers: { at: number; run: () => void }[] = [];

  later(run: () => void, milliseconds: number): () => void {
    const timer = { at: this.now + milliseconds, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  /** Second by second, as a device that never sleeps. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const next = this.timers.reduce<{ at: number; run: () => void } | null>(
        (first, timer) => (timer.at <= end && (!first || timer.at < first.at) ? timer : first),
        null,
      );
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = end;
  }
}

/** Two queues of frames, one each way; a cut loses what is in both. */
export class Line implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((text: string) => void) | null = null;
  onclose: ((code: number) => void) | null = null;
  open = true;
  readonly up: string[] = [];
  readonly down: string[] = [];

  constructor(
    readonly user: string,
    private readonly ended: (line: Line) => void,
  ) {}

  send(text: string): void {
    if (this.open) this.up.push(text);
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.ended(this);
  }

  cut(code: number): void {
    if (!this.open) return;
    this.close();
    this.onclose?.(code);
  }
}

export function modelWorld(
  clock: Clock,
  random: Random,
  user: string,
  connect: (line: Line) => void,
  ended: (line: Line) => void,
): World {
  return {
    open: () => {
      const line = new Line(user, ended);
      connect(line);
      return line;
    },
    token: async () => 'token',
    now: () => clock.now,
    random: () => random.next(),
    visible: () => true,
    later: (run, milliseconds) => clock.later(run, milliseconds),
  };
}
