import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createNet } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { theServer } from './support/state.ts';

/** Keys of one round, and how far apart: a quick typist. */
const KEYS = 100;
const WARM_UP = 20;
const ROUNDS = 2;
const DELAY_MS = 60;
/** How much slower than a server that stores nothing we may be, in milliseconds. */
const ALLOWANCE_MS = 10;

const bench = fileURLToPath(new URL('../tools/bench/', import.meta.url));
const built = fileURLToPath(new URL('../dist-bench/', import.meta.url));

let plain: ChildProcess;
let plainUrl = '';
let files: Server;
let filesUrl = '';

test.beforeAll(async () => {
  const port = await freePort();
  plain = spawn(process.execPath, [join(bench, 'node_modules/@y/websocket-server/src/server.js')], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => plain.stdout?.once('data', resolve));
  plainUrl = `ws://127.0.0.1:${port}`;
  const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
  files = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
    const file = join(built, path);
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  filesUrl = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
});

test.afterAll(() => {
  plain?.kill();
  files?.close();
});

async function freePort(): Promise<number> {
  const probe = createNet();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

type Kind = 'kazumi' | 'plain';

/** Two screens on one text, each in a context of its own. */
async function openPair(browser: Browser, kind: Kind): Promise<[Page, Page]> {
  const room = `bench-${Date.now()}`;
  const open = async (account: string, seed: boolean) => {
    const page = await (await browser.newContext()).newPage();
    const query = new URLSearchParams({ kind, account, server: plainUrl, room, ...(seed ? { seed: '1' } : {}) });
    await page.goto(`${kind === 'plain' ? filesUrl : theServer().url}/bench.html?${query}`);
    await page.locator('.prose-kz').waitFor();
    return page;
  };
  const writer = await open('luciana.prado', true);
  return [writer, await open('camila.nobrega', false)];
}

/** Milliseconds from each key's event on one screen to the paint that shows it on the other. */
async function measure(writer: Page, reader: Page, keys: number): Promise<number[]> {
  // The last block, not the middle: a caret far above the end would need a moment to arrive there.
  await writer.locator('.prose-kz > :last-child').click();
  await writer.keyboard.press('Control+End');
  await writer.waitForTimeout(200);
  await writer.keyboard.press('Enter');
  await writer.evaluate(() => {
    const pressed: number[] = [];
    Object.assign(window, { pressed });
    // Both screens are on one machine: the wall clock with the resolution of the page's timer is common to them.
    const onKey = () => pressed.push(performance.timeOrigin + performance.now());
    window.addEventListener('keydown', onKey, { capture: true });
    Object.assign(window, { stopKeys: () => window.removeEventListener('keydown', onKey, { capture: true }) });
  });
  await reader.waitForTimeout(300);
  await reader.evaluate(() => {
    const text = document.querySelector('.prose-kz') as HTMLElement;
    // The names at carets are drawn inside the text; only the last paragraph's own letters count.
    const count = () => {
      const last = text.querySelector(':scope > p:last-of-type');
      return [...(last?.childNodes ?? [])].reduce(
        (sum, node) =>
          sum + (node.nodeType === Node.TEXT_NODE ? (node.textContent?.replace(/\u2060/g, '').length ?? 0) : 0),
        0,
      );
    };
    const painted: number[] = [];
    let seen = count();
    const watcher = new MutationObserver(() => {
      const now = count();
      const fresh = now - seen;
      if (fresh <= 0) return;
      seen = now;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        // The first task after the frame's callbacks runs when the frame has been handed to the screen.
        port1.onmessage = () => {
          for (let each = 0; each < fresh; each += 1) painted.push(performance.timeOrigin + performance.now());
        };
        port2.postMessage(null);
      });
    });
    watcher.observe(text, { subtree: true, childList: true, characterData: true });
    Object.assign(window, { painted, stopPaint: () => watcher.disconnect() });
  });
  await writer.keyboard.type('abcdefghij'.repeat(Math.ceil(keys / 10)).slice(0, keys), { delay: DELAY_MS });
  await expect
    .poll(() => reader.evaluate(() => (window as unknown as { painted: number[] }).painted.length))
    .toBeGreaterThanOrEqual(keys);
  const pressed = await writer.evaluate(() => {
    const { pressed: all, stopKeys } = window as unknown as { pressed: number[]; stopKeys: () => void };
    stopKeys();
    return all;
  });
  const painted = await reader.evaluate(() => {
    const { painted: all, stopPaint } = window as unknown as { painted: number[]; stopPaint: () => void };
    stopPaint();
    return all;
  });
  return pressed.map((moment, index) => (painted[index] ?? Number.NaN) - moment);
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

test('a key is on the other screen about as soon as over a server that stores nothing', async ({ browser }) => {
  test.setTimeout(240_000);
  const pairs = { kazumi: await openPair(browser, 'kazumi'), plain: await openPair(browser, 'plain') };
  const all: Record<Kind, number[]> = { kazumi: [], plain: [] };
  for (const kind of ['kazumi', 'plain'] as const) await measure(...pairs[kind], WARM_UP);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const kind of ['kazumi', 'plain'] as const) all[kind].push(...(await measure(...pairs[kind], KEYS)));

  const figures = Object.fromEntries(
    Object.entries(all).map(([kind, values]) => [
      kind,
      { keys: values.length, p50: quantile(values, 0.5), p95: quantile(values, 0.95), max: Math.max(...values) },
    ]),
  ) as Record<Kind, { keys: number; p50: number; p95: number; max: number }>;
  for (const [kind, { keys, p50, p95, max }] of Object.entries(figures))
    console.log(
      `${kind.padEnd(7)} ${keys} keys  p50 ${p50.toFixed(1)} ms  p95 ${p95.toFixed(1)} ms  max ${max.toFixed(1)} ms`,
    );
  expect.soft(figures.kazumi.p50 - figures.plain.p50).toBeLessThanOrEqual(ALLOWANCE_MS);
  expect.soft(figures.kazumi.p95 - figures.plain.p95).toBeLessThanOrEqual(ALLOWANCE_MS);
});
