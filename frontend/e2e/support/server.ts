import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Where the server of this run keeps its data, listens and lives; shared with the specs through the environment. */
export interface RunningServer {
  pid: number;
  port: number;
  url: string;
}

const dist = process.env.KAZUMI_E2E_STATIC ?? fileURLToPath(new URL('../../dist', import.meta.url));
const START_MS = 90_000;

function binary(): string {
  const path = process.env.KAZUMI_BIN;
  if (!path) throw new Error('set KAZUMI_BIN to the kazumi binary');
  return path;
}

/** Starts `kazumi dev` on a data folder and resolves when it says that it is ready. */
export async function startServer(data: string, port: number): Promise<RunningServer> {
  const child = spawn(binary(), ['dev', '--data', data, '--port', String(port), '--static', dist], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: a signal to the test runner must not reach it half-way.
    detached: true,
  });
  const url = await ready(child);
  // The pipes must not keep the test runner alive, and must not fill up either.
  child.stdout?.resume();
  child.stderr?.resume();
  child.unref();
  (child.stdout as unknown as { unref?: () => void })?.unref?.();
  (child.stderr as unknown as { unref?: () => void })?.unref?.();
  if (child.pid === undefined) throw new Error('the server has no pid');
  return { pid: child.pid, port: Number(new URL(url).port), url };
}

function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`the server did not get ready:\n${said}`)), START_MS);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const line = /Kazumi is ready at (http:\/\/127\.0\.0\.1:\d+)/.exec(said);
      if (!line?.[1]) return;
      clearTimeout(timer);
      resolve(line[1]);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}:\n${said}`));
    });
  });
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
  for (let turn = 0; turn < 300 && isAlive(pid); turn += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}
