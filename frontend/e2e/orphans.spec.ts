import { expect, test } from '@playwright/test';
import { downloadedText } from './support/download.ts';
import { cuttable, Person } from './support/people.ts';

const LARA = 'Lara Coutinho';

test('a plan that is taken away gives back the text it had not received before it is gone', async ({ browser }) => {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  const { page } = luciana;
  await page.clock.install();
  const line = await cuttable(page);
  await luciana.login();
  await luciana.openPei(LARA, 'ec_voz_estudante');
  await expect(luciana.save).toHaveAttribute('data-save', 'idle');
  await line.cut();
  await luciana.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(' Antes de perder o vínculo.');
  await expect(luciana.save).toHaveText(/guardado neste aparelho/);

  await page.route(/\/api\/v1\/peis\//, (route) => route.fulfill({ status: 404, json: { code: 'not_found' } }));
  // The page asks again once a minute.
  await page.clock.fastForward(61_000);
  const notice = page.getByRole('alert').filter({ hasText: 'Voz do estudante' });
  await expect(notice).toContainText('Há texto seu nesta seção que não foi salvo.');
  await expect(page.getByText('Você não tem mais acesso a este PEI')).toHaveCount(0);
  await expect(page.getByText(LARA)).toHaveCount(0);
  const text = await downloadedText(page, () => notice.getByRole('button', { name: 'Baixar meu texto' }).click());
  expect(text).toContain('Antes de perder o vínculo.');

  await notice.getByRole('button', { name: 'Já baixei: fechar este aviso' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Você não tem mais acesso a este PEI' })).toBeVisible();
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('unsent')))).toEqual([]);
  await luciana.close();
});

test('a section that is taken away stays in sight with its unsent text, also from the other sections', async ({
  browser,
}) => {
  const luciana = await Person.arrive(browser, 'luciana.prado');
  const { page } = luciana;
  await page.clock.install();
  const line = await cuttable(page);
  await luciana.login();
  await luciana.openPei(LARA, 'ec_voz_estudante');
  await expect(luciana.save).toHaveAttribute('data-save', 'idle');
  await line.cut();
  await luciana.text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(' Antes de perder a seção.');
  await expect(luciana.save).toHaveText(/guardado neste aparelho/);

  await page.route(/\/api\/v1\/peis\//, async (route) => {
    const response = await route.fetch();
    const pei = (await response.json()) as { sections: { section: string }[] };
    const sections = pei.sections.filter(({ section }) => section !== 'ec_voz_estudante');
    await route.fulfill({ response, json: { ...pei, sections } });
  });
  await page.clock.fastForward(61_000);
  const notice = page.getByRole('alert').filter({ hasText: 'Voz do estudante' });
  await expect(notice).toContainText('Há texto seu nesta seção que não foi salvo.');
  await expect(page.getByText('Você não tem mais acesso a esta seção', { exact: true })).toHaveCount(0);

  await page.getByRole('link', { name: 'Ir para meus estudantes' }).click();
  await page.getByRole('link', { name: `Abrir o PEI de ${LARA}` }).click();
  await expect(notice).toBeVisible();
  await expect(luciana.save).toHaveAttribute('data-save', 'stopped');
  const text = await downloadedText(page, () => notice.getByRole('button', { name: 'Baixar meu texto' }).click());
  expect(text).toContain('Antes de perder a seção.');
  await luciana.close();
});
