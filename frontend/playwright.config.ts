import { defineConfig } from '@playwright/test';

const bench = process.env.BENCH_LATENCY === '1';

export default defineConfig({
  testDir: './e2e',
  // The latency bench has its own command and its own servers.
  testMatch: bench ? 'latency.spec.ts' : /^(?!.*latency).*\.spec\.ts$/,
  globalSetup: './e2e/support/global-setup.ts',
  outputDir: './test-results',
  // One server and one demo data set: specs that edit the same plan take turns, and the restart spec needs the server alone.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.CI ? [['line']] : [['list']],
  use: {
    browserName: 'chromium',
    locale: 'pt-BR',
    timezoneId: 'America/Fortaleza',
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--lang=pt-BR',
      ],
    },
  },
});
