import { expect, type Page, test } from '@playwright/test';
import { downloadedText } from './support/download.ts';
import { Person } from './support/people.ts';

const LARA = 'Lara Coutinho';
const SYNC_STATUS = 8;

/** Turns each acknowledgement of the server into a refusal from the moment `start` is called. */
async function refusing(page: Page): Promise<{ start: () => void }> {
  let active = false;
  await page.routeWebSocket(/\/ws\/collab/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const frame = Buffer.from(message);
      const name = frame[0] ?? 0;
      if (active && name < 0x80 && frame[1 + name] === SYNC_STATUS) frame[2 + name] = 0;
      socket.send(frame);
    });
  });
  return {
    start: () => {
      active = true;
    },
  };
}

test('an edit that the server refuses is never called saved, and its text is offered', async ({ browser }) => {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  const { page } = luciana;
  const server = await refusing(page);
  await luciana.login();
  await luciana.openPei(LARA, 'acess_didatica');
  await expect(luciana.save).toHaveAttribute('data-save', 'idle');
  server.start();
  await luciana.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(' Recusado.');
  await expect(luciana.save).toHaveText(/Esta alteração não foi aceita/);
  const notice = page.getByRole('alert').filter({ hasText: 'não foi salva' });
  await expect(notice).toBeVisible();
  // Nothing more goes into a text that will not be kept.
  await expect(luciana.text).toHaveAttribute('contenteditable', 'false');
  const button = notice.getByRole('button', { name: 'Baixar meu texto' });
  expect(await downloadedText(page, () => button.click())).toContain('Recusado.');
  await luciana.close();
});

for (const { code, name } of [
  { code: 4409, name: 'another lineage' },
  { code: 4403, name: 'a lost right' },
]) {
  test(`a socket closed for ${name} does not come back by itself`, async ({ browser }) => {
    const luciana = await Person.arrive(browser, 'luciana.prado');
    const { page } = luciana;
    let connections = 0;
    let close: () => Promise<void> = async () => undefined;
    await page.routeWebSocket(/\/ws\/collab/, (socket) => {
      connections += 1;
      socket.connectToServer();
      close = () => socket.close({ code });
    });
    await luciana.login();
    await luciana.openPei(LARA, 'acess_didatica');
    await expect(luciana.save).toHaveAttribute('data-save', 'idle');
    const before = connections;
    await close();
    await expect(luciana.save).toHaveText(/recarregue a página/);
    // Longer than the first attempts of a client that would come back.
    await page.waitForTimeout(4_000);
    expect(connections).toBe(before);
    await luciana.close();
  });
}

test('a socket closed by a restart comes back by itself', async ({ browser }) => {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  let connections = 0;
  let close: () => Promise<void> = async () => undefined;
  await luciana.page.routeWebSocket(/\/ws\/collab/, (socket) => {
    connections += 1;
    socket.connectToServer();
    close = () => socket.close({ code: 1012 });
  });
  await luciana.login();
  await luciana.openPei(LARA, 'acess_didatica');
  await expect(luciana.save).toHaveAttribute('data-save', 'idle');
  const before = connections;
  await close();
  await expect.poll(() => connections).toBeGreaterThan(before);
  await expect(luciana.save).toHaveAttribute('data-save', 'idle');
  await luciana.close();
});
