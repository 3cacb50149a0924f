import { expect, test } from '@playwright/test';
import { credentials, LibraryClient } from './support/client.ts';
import { Person } from './support/people.ts';

test('a page and unmodified clients of three kinds write one section and see the same', async ({ browser }) => {
  test.setTimeout(120_000);
  const luciana = await Person.enter(browser, 'luciana.prado');
  await luciana.openPei('Lara Coutinho', 'ec_potencialidades');
  const { token, document } = await credentials('rafael.meira', 'Lara', 'ec_potencialidades');
  const clients = await Promise.all(
    (['hocuspocus', 'y2', 'y3'] as const).map((kind) => LibraryClient.start(kind, token, document)),
  );
  const mark = Date.now().toString(36);
  await luciana.text.click();
  await luciana.page.keyboard.press('Control+End');
  const page = luciana.page.keyboard.type(` [página ${mark}]`, { delay: 15 });
  await Promise.all(clients.map((client, number) => client.append(` [cliente ${number} ${mark}]`)));
  await page;

  const expected = [`[página ${mark}]`, ...clients.map((_, number) => `[cliente ${number} ${mark}]`)];
  for (const part of expected) await expect(luciana.text).toContainText(part);
  await luciana.expectSaved();
  const shown = (await luciana.text.locator('p').allInnerTexts()).join('\n');
  for (const client of clients) await expect.poll(() => client.text()).toBe(shown);
  for (const client of clients) client.stop();
  await luciana.close();
});
