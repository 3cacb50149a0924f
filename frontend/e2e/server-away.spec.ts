import { expect, test } from '@playwright/test';
import { Person } from './support/people.ts';
import { killServer, startAgain } from './support/state.ts';
import { saveWords, times } from './support/words.ts';

const LARA = 'Lara Coutinho';
const AWAY_MS = 10_000;

test.afterEach(startAgain);

test('while the server is away the page says so and people go on typing, and everything is there once when it is back', async ({
  browser,
}) => {
  const people = await Promise.all([Person.enter(browser, 'luciana.prado'), Person.enter(browser, 'rafael.meira')]);
  await Promise.all(people.map((person) => person.openPei(LARA, 'ec_potencialidades')));
  const mark = Date.now().toString(36);
  const texts = [` Sem servidor, Luciana ${mark}.`, ` Sem servidor, Rafael ${mark}.`];

  const said = await Promise.all(people.map(({ page }) => saveWords(page)));
  await killServer();
  const since = Date.now();
  for (const { save } of people) await expect(save).toHaveText(/Sem conexão/, { timeout: 3_000 });
  for (const [number, { page, text, save }] of people.entries()) {
    await text.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(texts[number] ?? '', { delay: 15 });
    await expect(save).toHaveText(/Sem conexão: guardado neste aparelho/);
  }
  // The fault itself.
  await new Promise((resolve) => setTimeout(resolve, AWAY_MS - (Date.now() - since)));
  for (const words of said) expect((await words()).filter((each) => !each.startsWith('Sem conexão'))).toEqual([]);

  await startAgain();
  for (const person of people) {
    await expect(person.save).toHaveText(/Salvo às/, { timeout: 20_000 });
    for (const part of texts) await expect(person.text).toContainText(part);
    for (const part of texts) expect(times(await person.text.innerText(), part)).toBe(1);
  }
  await Promise.all(people.map((person) => person.close()));
});
