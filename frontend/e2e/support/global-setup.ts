import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, stopServer } from './server.ts';
import { saveServer, theServer } from './state.ts';

/** A fresh server with demo data for the whole run; ended by pid when the run ends. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'kz-e2e-'));
  // The database may run as another user and has to get through.
  chmodSync(folder, 0o755);
  process.env.KAZUMI_E2E_DIR = folder;
  try {
    saveServer(await startServer(join(folder, 'data'), 0));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return async () => {
    await stopServer(theServer().pid, 'SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
}
