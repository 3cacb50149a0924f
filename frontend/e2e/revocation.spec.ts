import { expect, type Page, test } from '@playwright/test';
import { downloadedText } from './support/download.ts';
import { cuttable, Person } from './support/people.ts';
import { beginLink, endLink, setPlanState } from './support/rights.ts';

const LARA = 'Lara Coutinho';
const SECTION = 'ec_potencialidades';
/** What a right that ended may take to reach the page, with the page's own question to the server. */
const AT_ONCE = { timeout: 5_000 };

test.afterEach(async () => {
  await beginLink('rafael.meira', LARA);
  await setPlanState(LARA, 'em_elaboracao');
});

/** Counts what a reload would begin: a new document. */
function loads(page: Page): () => number {
  let count = 0;
  page.on('load', () => {
    count += 1;
  });
  return () => count;
}

const keptPlans = (page: Page) =>
  page.evaluate(async () =>
    (await indexedDB.databases()).map(({ name }) => name).filter((name) => name?.includes('pei/')),
  );

test('a link that ends closes the plan on the page, says so, and leaves nothing of it behind', async ({ browser }) => {
  const rafael = await Person.enter(browser, 'rafael.meira');
  const { page } = rafael;
  await rafael.openPei(LARA, SECTION);
  const mark = `Antes do fim ${Date.now().toString(36)}.`;
  await rafael.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(` ${mark}`);
  await rafael.expectSaved();
  const reloads = loads(page);

  await endLink('rafael.meira', LARA);
  const title = page.getByRole('heading', { level: 1, name: 'Você não tem mais acesso a este PEI' });
  await expect(title).toBeVisible(AT_ONCE);
  await expect(page.getByRole('alert')).toContainText('O que apareceu como salvo continua no plano.');
  await expect(page.locator('[contenteditable], textarea, [data-save]')).toHaveCount(0);
  await expect(page.getByText(LARA)).toHaveCount(0);
  await expect(page.getByText(mark)).toHaveCount(0);
  await expect.poll(() => keptPlans(page)).toEqual([]);
  expect(reloads()).toBe(0);

  await page.getByRole('link', { name: 'Ir para meus estudantes' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Meus/);
  await expect(page.getByText(LARA)).toHaveCount(0);
  await rafael.close();
});

test('text that had not arrived when a link ended is handed to its author, before and after the page was left', async ({
  browser,
}) => {
  const rafael = await Person.arrive(browser, 'rafael.meira');
  const { page } = rafael;
  const line = await cuttable(page);
  await rafael.login();
  await rafael.openPei(LARA, SECTION);
  const mark = `Sem chegar ${Date.now().toString(36)}.`;
  await line.cut();
  await rafael.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(` ${mark}`);
  await expect(rafael.save).toHaveText(/guardado neste aparelho/);
  await endLink('rafael.meira', LARA);
  line.mend();

  const notice = page.getByRole('alert').filter({ hasText: 'Potencialidades e interesses' });
  await expect(notice).toContainText('Você não tem mais acesso a esta seção.', { timeout: 15_000 });
  await expect(notice).toContainText('Há texto seu nesta seção que não foi salvo.');
  await expect(page.locator('[contenteditable], textarea')).toHaveCount(0);
  const take = (button: ReturnType<Page['getByRole']>) => downloadedText(page, () => button.click());
  expect(await take(notice.getByRole('button', { name: 'Baixar meu texto' }))).toContain(mark);

  page.on('dialog', (question) => void question.accept());
  await page.goto('/');
  await page.getByRole('link', { name: 'Abrir', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Há texto seu que não foi salvo' })).toBeVisible();
  expect(await take(page.getByRole('button', { name: 'Baixar meu texto' }))).toContain(mark);
  await page.getByRole('button', { name: 'Já baixei: fechar este aviso' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Não encontramos este PEI' })).toBeVisible();
  await expect.poll(() => keptPlans(page)).toEqual([]);
  await rafael.close();
});

test('a plan that is handed in while it is open becomes a page to read that says so, and one to write when it is given back', async ({
  browser,
}) => {
  const luciana = await Person.enter(browser, 'luciana.prado');
  const { page } = luciana;
  await luciana.openPei(LARA, SECTION);
  await luciana.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Pronto para a revisão.');
  await luciana.expectSaved();
  const reloads = loads(page);

  await setPlanState(LARA, 'em_revisao');
  await expect(page.getByText('O plano está em “Em revisão”')).toBeVisible(AT_ONCE);
  await expect(luciana.text).toHaveAttribute('contenteditable', 'false');
  await expect(page.getByRole('toolbar')).toHaveCount(0);
  await expect(luciana.text).toContainText('Pronto para a revisão.');
  await expect(luciana.save).toHaveAttribute('data-save', 'reading');
  await expect(page.getByRole('alert')).toHaveCount(0);

  await setPlanState(LARA, 'em_elaboracao');
  await expect(luciana.text).toHaveAttribute('contenteditable', 'true', AT_ONCE);
  await expect(page.getByText('O plano está em')).toHaveCount(0);
  await luciana.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' De volta.');
  await luciana.expectSaved();
  expect(reloads()).toBe(0);
  await luciana.close();
});
