import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type RunningServer, startServer, stopServer } from './server.ts';

/** The folder of this run, set by the global setup and inherited by the workers. */
export function runFolder(): string {
  const folder = process.env.KAZUMI_E2E_DIR;
  if (!folder) throw new Error('the global setup has not run');
  return folder;
}

const file = () => join(runFolder(), 'server.json');

export function saveServer(server: RunningServer): void {
  writeFileSync(file(), JSON.stringify(server));
}

export function theServer(): RunningServer {
  return JSON.parse(readFileSync(file(), 'utf8')) as RunningServer;
}

/** Kills the server as a power cut would; `startAgain` brings it back on the same data and the same port. */
export async function killServer(): Promise<void> {
  await stopServer(theServer().pid, 'SIGKILL');
}

/** Does nothing when it lives. */
export async function startAgain(): Promise<void> {
  const { pid, port } = theServer();
  if (!isAlive(pid)) saveServer(await startServer(join(runFolder(), 'data'), port));
}

export async function restartServer(): Promise<void> {
  await killServer();
  await startAgain();
}
