import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Where the server of this run keeps its data, listens and lives; shared with the specs through the environment. */
export interface RunningServer {
  pid: number;
  port: number;
  url: string;
}

const dist = process.env.KAZUMI_E2E_STATIC ?? fileURLToPath(new URL('../../dist', import.meta.url));
const START_MS = 90_000;
const LOOK_MS = 50;

function binary(): string {
  const path = process.env.KAZUMI_BIN;
  if (!path) throw new Error('set KAZUMI_BIN to the kazumi binary');
  return path;
}

/** Starts `kazumi dev` on a data folder and resolves when it says that it is ready. */
export async function startServer(data: string, port: number): Promise<RunningServer> {
  // Into a file: a pipe would end with the worker that started the server, and the server outlives it.
  const log = join(dirname(data), `server-${Date.now()}.log`);
  const file = openSync(log, 'a');
  const child = spawn(binary(), ['dev', '--data', data, '--port', String(port), '--static', dist], {
    stdio: ['ignore', file, file],
    // A group of its own: a signal to the test runner must not reach it half-way.
    detached: true,
  });
  closeSync(file);
  child.unref();
  const url = await ready(child, log);
  if (child.pid === undefined) throw new Error('the server has no pid');
  return { pid: child.pid, port: Number(new URL(url).port), url };
}

async function ready(child: ChildProcess, log: string): Promise<string> {
  const said = () => readFileSync(log, 'utf8');
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  for (let turn = 0; turn * LOOK_MS < START_MS; turn += 1) {
    const line = /Kazumi is ready at (http:\/\/127\.0\.0\.1:\d+)/.exec(said());
    if (line?.[1]) return line[1];
    if (failure) throw failure;
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${said()}`);
    await wait(LOOK_MS);
  }
  throw new Error(`the server did not get ready:\n${said()}`);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends the server by its pid and waits until it is gone. */
export async function stopServer(pid: number, signal: NodeJS.Signals): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, signal);
  for (let turn = 0; turn < 300 && isAlive(pid); turn += 1) await wait(LOOK_MS);
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}
