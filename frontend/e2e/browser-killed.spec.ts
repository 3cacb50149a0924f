import { type Browser, expect, type Page, test } from '@playwright/test';
import { cuttable, Person } from './support/people.ts';
import { times } from './support/words.ts';

/** Between the last letter and the end. */
const AFTER_MS = 50;

/** Ends the process that draws the page, as the system does when memory runs out: nothing is asked and nothing is tidied up. */
async function killRenderer(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const gone = page.waitForEvent('crash');
  await new Promise((resolve) => setTimeout(resolve, AFTER_MS));
  devtools.send('Page.crash').catch(() => undefined);
  await gone;
  await page.close();
}

async function killMidWord(browser: Browser, connected: boolean): Promise<void> {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  const { page, context } = luciana;
  const line = await cuttable(page);
  await luciana.login();
  await luciana.openPei('Lara Coutinho', 'ec_voz_estudante');
  const word = `interrompi${connected}${Date.now().toString(36)}`;
  if (!connected) await line.cut();
  await luciana.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(` ${word}`, { delay: 30 });
  await killRenderer(page);

  // Another page of the same browser, with a connection of its own.
  const again = await context.newPage();
  await again.goto(page.url());
  const text = again.locator('.prose-kz');
  await expect(text).toContainText(word);
  await expect(again.locator('[data-save]')).toHaveAttribute('data-save', /^(saved|idle)$/);
  expect(times(await text.innerText(), word)).toBe(1);
  await luciana.close();
}

test('a browser that is killed mid-word shows the word again, once, with and without connection', async ({
  browser,
}) => {
  await Promise.all([killMidWord(browser, true), killMidWord(browser, false)]);
});
