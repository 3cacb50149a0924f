import { expect, test } from '@playwright/test';
import { freezeDatabase, thawDatabase } from './support/database.ts';
import { Person } from './support/people.ts';
import { saveWords, times } from './support/words.ts';

const LARA = 'Lara Coutinho';
const SECTION = 'ec_potencialidades';

// Whatever happened: a frozen database would hold up every test after this one.
test.afterEach(thawDatabase);

test('what is typed while the database is frozen is not called saved and not shown, and arrives once when it goes on', async ({
  browser,
}) => {
  const people = await Promise.all([Person.enter(browser, 'luciana.prado'), Person.enter(browser, 'rafael.meira')]);
  await Promise.all(people.map((person) => person.openPei(LARA, SECTION)));
  const mark = Date.now().toString(36);
  const texts = [` Da Luciana ${mark}.`, ` Do Rafael ${mark}.`];

  await freezeDatabase();
  const said = await Promise.all(people.map(({ page }) => saveWords(page)));
  for (const [number, { page, text }] of people.entries()) {
    await text.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(texts[number] ?? '', { delay: 15 });
  }
  for (const { save } of people) await expect(save).toHaveText(/Não salvo: tentando de novo/, { timeout: 15_000 });
  for (const words of said) expect(await words()).toEqual(['Salvando…', 'Não salvo: tentando de novo']);
  for (const [number, { text }] of people.entries()) {
    await expect(text).toContainText(texts[number] ?? '');
    await expect(text).not.toContainText(texts[1 - number] ?? '');
  }

  await thawDatabase();
  for (const person of people) {
    await person.expectSaved();
    for (const part of texts) await expect(person.text).toContainText(part);
    for (const part of texts) expect(times(await person.text.innerText(), part)).toBe(1);
  }
  await Promise.all(people.map((person) => person.close()));
});

test('a tab that is closed over a frozen database and opened again says that it waits, and finds its text again, once', async ({
  browser,
}) => {
  const luciana = await Person.enter(browser, 'luciana.prado');
  await luciana.openPei(LARA, SECTION);
  const { page, context } = luciana;
  const mark = `Antes de fechar ${Date.now().toString(36)}.`;
  await freezeDatabase();
  await luciana.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(` ${mark}`, { delay: 15 });
  await expect(luciana.save).toHaveText(/Salvando…/);

  // The page asks whether she really wants to leave, and she does.
  const [question] = await Promise.all([page.waitForEvent('dialog'), page.close({ runBeforeUnload: true })]);
  expect(question.type()).toBe('beforeunload');
  await Promise.all([page.waitForEvent('close'), question.accept()]);

  const again = await context.newPage();
  await again.goto(page.url());
  await expect(again.getByText('O Kazumi está demorando para responder.')).toBeVisible();
  await thawDatabase();
  const text = again.locator('.prose-kz');
  await expect(text).toContainText(mark);
  await expect(again.locator('[data-save]')).toHaveAttribute('data-save', /^(saved|idle)$/);
  expect(times(await text.innerText(), mark)).toBe(1);
  await luciana.close();
});
