import { expect, test } from '@playwright/test';
import { downloadedText } from './support/download.ts';
import { cuttable, Person } from './support/people.ts';

const LARA = 'Lara Coutinho';

test('text typed without connection stays on the device over a reload and merges on return', async ({ browser }) => {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  const line = await cuttable(luciana.page);
  await luciana.login();
  await luciana.openPei(LARA, 'ec_voz_estudante');
  await expect(luciana.save).toHaveAttribute('data-save', 'idle');
  const mark = Date.now().toString(36);

  await line.cut();
  await expect(luciana.save).toContainText('Sem conexão');
  await luciana.text.click();
  await luciana.page.keyboard.press('Control+End');
  await luciana.page.keyboard.type(` Escrito sem internet ${mark}.`);
  await expect(luciana.save).toHaveText(/Sem conexão: guardado neste aparelho/);

  luciana.page.on('dialog', (dialog) => void dialog.accept());
  await luciana.page.reload();
  await expect(luciana.text).toContainText(`Escrito sem internet ${mark}.`);
  await expect(luciana.save).toHaveText(/Sem conexão: guardado neste aparelho/);

  // Meanwhile somebody else writes in the same place.
  const camila = await Person.enter(browser, 'camila.nobrega');
  await camila.openPei(LARA, 'ec_voz_estudante');
  await expect(camila.text).not.toContainText(mark);
  await camila.text.click();
  await camila.page.keyboard.press('Control+Home');
  await camila.page.keyboard.type(`Enquanto isso ${mark}. `);
  await camila.expectSaved();

  line.mend();
  await expect(luciana.save).toHaveAttribute('data-save', 'saved', { timeout: 20_000 });
  for (const person of [luciana, camila]) {
    await expect(person.text).toContainText(`Escrito sem internet ${mark}.`);
    await expect(person.text).toContainText(`Enquanto isso ${mark}.`);
  }
  await Promise.all([luciana, camila].map((person) => person.close()));
});

test('leaving with unsent text asks first, offers a copy, and then leaves nothing behind', async ({ browser }) => {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  const { page } = luciana;
  const line = await cuttable(page);
  await luciana.login();
  await luciana.openPei(LARA, 'ec_voz_estudante');
  await expect(luciana.save).toHaveAttribute('data-save', 'idle');
  await line.cut();
  await luciana.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Só neste aparelho.');
  await expect(luciana.save).toHaveText(/guardado neste aparelho/);

  await page.getByRole('button', { name: /Sua conta/ }).click();
  await page.getByRole('button', { name: 'Sair' }).click();
  const dialog = page.getByRole('dialog', { name: 'Há texto seu que ainda não foi salvo' });
  await expect(dialog).toContainText('Voz do estudante');
  await dialog.getByRole('button', { name: 'Continuar aqui' }).click();
  await expect(luciana.text).toContainText('Só neste aparelho.');

  await page.getByRole('button', { name: /Sua conta/ }).click();
  await page.getByRole('button', { name: 'Sair' }).click();
  const button = dialog.getByRole('button', { name: 'Baixar meu texto' });
  expect(await downloadedText(page, () => button.click())).toContain('Só neste aparelho.');

  await dialog.getByRole('button', { name: 'Sair e apagar' }).click();
  await expect(page).toHaveURL(/\/entrar$/);
  await expect.poll(() => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([]);
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('unsent')))).toEqual([]);
  await luciana.close();
});

test('a shared computer keeps nothing, and says so when the connection is gone', async ({ browser }) => {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  const line = await cuttable(luciana.page);
  await luciana.login(true);
  await luciana.openPei(LARA, 'ec_voz_estudante');
  await expect(luciana.save).toHaveAttribute('data-save', 'idle');
  await line.cut();
  await luciana.text.click();
  await luciana.page.keyboard.press('Control+End');
  await luciana.page.keyboard.type(' Na sala de informática.');
  await expect(luciana.save).toHaveText(/Sem conexão: não feche esta aba/);
  expect(await luciana.page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
  line.mend();
  await expect(luciana.save).toHaveAttribute('data-save', 'saved', { timeout: 20_000 });
  await luciana.close();
});

test('a session that ends over unsent text keeps the page and asks for a new login on top of it', async ({
  browser,
}) => {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  const { page } = luciana;
  const line = await cuttable(page);
  await luciana.login();
  await luciana.openPei(LARA, 'ec_voz_estudante');
  await expect(luciana.save).toHaveAttribute('data-save', 'idle');
  await line.cut();
  await luciana.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Antes de a sessão acabar.');
  await expect(luciana.save).toHaveText(/guardado neste aparelho/);

  // Signed out elsewhere: the server refuses the connection, and the cookie renews nothing.
  await luciana.context.clearCookies();
  line.refuse(4401);
  const dialog = page.getByRole('dialog', { name: 'Sua sessão terminou' });
  await expect(dialog).toBeVisible({ timeout: 30_000 });
  line.mend();
  await dialog.getByLabel('E-mail').fill('luciana.prado@demo.kazumi.test');
  await dialog.getByLabel('Senha', { exact: true }).fill('kazumi-demo-2026');
  await dialog.getByRole('button', { name: 'Entrar', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(luciana.text).toContainText('Antes de a sessão acabar.');
  await expect(luciana.save).toHaveAttribute('data-save', 'saved', { timeout: 20_000 });
  await luciana.close();
});

test('text left on the device by an earlier login is announced and sent when the computer is shared this time', async ({
  browser,
}) => {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  const { page } = luciana;
  const line = await cuttable(page);
  await luciana.login();
  await luciana.openPei(LARA, 'ec_voz_estudante');
  await expect(luciana.save).toHaveAttribute('data-save', 'idle');
  await line.cut();
  const mark = `Do outro dia ${Date.now().toString(36)}.`;
  await luciana.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(` ${mark}`);
  await expect(luciana.save).toHaveText(/guardado neste aparelho/);

  page.on('dialog', (dialog) => void dialog.accept());
  await luciana.context.clearCookies();
  await luciana.login(true);
  const notice = page.getByRole('link', { name: 'Abrir', exact: true });
  await expect(notice).toBeVisible();
  line.mend();
  await luciana.openPei(LARA, 'ec_voz_estudante');
  await expect(luciana.text).toContainText(mark);
  await expect(luciana.save).toHaveAttribute('data-save', 'saved', { timeout: 20_000 });
  await expect(page).toHaveTitle('PEI · Kazumi');
  await page.goto('/');
  await expect(page.getByRole('link', { name: `Abrir o PEI de ${LARA}` })).toBeVisible();
  await expect(notice).toHaveCount(0);
  await luciana.close();
});

test('another person who signs in over an ended session starts anew and finds nothing of the first', async ({
  browser,
}) => {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  const { page } = luciana;
  const line = await cuttable(page);
  await luciana.login();
  await luciana.openPei(LARA, 'ec_voz_estudante');
  await expect(luciana.save).toHaveAttribute('data-save', 'idle');
  await line.cut();
  await luciana.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(' De outra pessoa.');
  await expect(luciana.save).toHaveText(/guardado neste aparelho/);
  await luciana.context.clearCookies();
  line.refuse(4401);
  const dialog = page.getByRole('dialog', { name: 'Sua sessão terminou' });
  await expect(dialog).toBeVisible({ timeout: 30_000 });
  line.mend();
  page.on('dialog', (question) => void question.accept());
  await dialog.getByLabel('E-mail').fill('marcio.sales@demo.kazumi.test');
  await dialog.getByLabel('Senha', { exact: true }).fill('kazumi-demo-2026');
  await dialog.getByRole('button', { name: 'Entrar', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Meus/);
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByText(LARA)).toHaveCount(0);
  await luciana.close();
});
