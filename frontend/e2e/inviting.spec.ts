import { randomUUID } from 'node:crypto';
import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { expectClean } from './support/axe.ts';
import { sql } from './support/database.ts';
import { mailedLink } from './support/mailbox.ts';
import { PASSWORD, Person } from './support/people.ts';

const NEW_PASSWORD = 'quatro gatos na janela';
const address = (who: string) => `${who}.${randomUUID().slice(0, 8)}@example.org`;
const visitor = (browser: Browser, width = 390) =>
  Person.arrive(browser, 'nobody', { viewport: { width, height: 844 } });

async function administration(page: Page): Promise<Locator> {
  await page.goto('/administracao');
  const part = page.getByRole('region', { name: 'Convites à espera' });
  await expect(part.getByRole('button', { name: 'Convidar' })).toBeVisible();
  return part;
}

/** The row of one open invitation. */
const rowOf = (part: Locator, name: string) => part.getByRole('listitem').filter({ hasText: name });

async function inviteFamily(page: Page, name: string, how: { email: string } | 'code'): Promise<Locator> {
  await (await administration(page)).getByRole('button', { name: 'Convidar' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Da família', { exact: true }).click();
  await dialog.getByLabel('Nome completo').fill(name);
  if (how === 'code') await dialog.getByText('Código no papel', { exact: true }).click();
  else await dialog.getByLabel('E-mail', { exact: true }).fill(how.email);
  await dialog.getByLabel('Procurar estudante pelo nome').fill('teo');
  await dialog.getByRole('radio', { name: /Téo Barreto/ }).check();
  await dialog.getByLabel('O que é da criança').fill('avó');
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  await expect(dialog.getByText(/Vai ver o PEI de Téo Barreto.*, menos/)).toBeVisible();
  return dialog;
}

async function accept(page: Page, email?: string): Promise<void> {
  if (email) await page.getByLabel('Seu e-mail').fill(email);
  await page.getByLabel('Crie uma senha').fill(NEW_PASSWORD);
  await expect(page.getByText('Ótima senha.')).toBeVisible();
  await page.getByRole('button', { name: 'Aceitar e entrar' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Meus|Minhas/);
}

test('a principal invites a teacher by mail, with a fresh proof, and the teacher gets in', async ({ browser }) => {
  const otavio = await Person.enter(browser, 'otavio.lins');
  const { page } = otavio;
  const part = await administration(page);
  await part.getByRole('button', { name: 'Convidar' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  await expect(dialog.getByText('Escreva o nome da pessoa.')).toBeVisible();
  await expect(dialog.getByLabel('Nome completo')).toBeFocused();
  const email = address('julia');
  await dialog.getByLabel('Nome completo').fill('Júlia Sarmento');
  await dialog.getByLabel('E-mail', { exact: true }).fill(email);
  await dialog.getByLabel('Função na escola').selectOption('aee_teacher');
  await dialog.getByLabel('Já incluir na equipe de um estudante').check();
  await dialog.getByLabel('Procurar estudante pelo nome').fill('teo');
  await dialog.getByRole('radio', { name: /Téo Barreto/ }).check();
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  await expect(dialog.getByText(/Vai entrar na equipe de Téo Barreto/)).toBeVisible();
  await sql(`update login_sessions set confirmed_at = now() - interval '1 hour'`);
  await dialog.getByRole('button', { name: 'Enviar o convite' }).click();
  await page.getByLabel(/Senha/).fill(PASSWORD);
  await page.getByRole('button', { name: 'Confirmar', exact: true }).click();
  await expect(page.getByText(`Convite enviado para ${email}.`, { exact: true })).toBeVisible();
  const row = rowOf(part, 'Júlia Sarmento');
  await expect(row).toContainText(`Por e-mail: ${email}`);
  await expect(row).toContainText('Convite de Otávio Lins (direção)');

  const julia = await visitor(browser);
  await julia.page.goto(await mailedLink(email, '/convite#'));
  await expect(julia.page.getByText('Sua função: docente do AEE.')).toBeVisible();
  await accept(julia.page);
  await expect(julia.page.getByRole('link', { name: /Abrir o PEI de Téo Barreto/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('link', { name: /Camila Nóbrega/ })).toBeVisible();
  await expect(rowOf(part, 'Júlia Sarmento')).toHaveCount(0);
  await page.getByLabel('Procurar pessoa pelo nome').fill('julia sarmento');
  await expect(page.getByRole('link', { name: /Júlia Sarmento/ })).toBeVisible();
  await Promise.all([otavio, julia].map((person) => person.close()));
});

test('a family gets a code on paper: shown once, printed alone, and good for one entry', async ({ browser }) => {
  const otavio = await Person.enter(browser, 'otavio.lins');
  const { page } = otavio;
  const dialog = await inviteFamily(page, 'Dona Benedita Rocha', 'code');
  await dialog.getByRole('button', { name: 'Criar o código' }).click();
  const sheet = page.getByRole('dialog', { name: 'Código para Dona Benedita Rocha' });
  await expect(sheet.getByText('Este código só aparece agora.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeVisible();
  const code = await sheet.getByText(/^\w{4} \w{4} \w{4}$/).innerText();
  await expectClean(page, 'code sheet');
  await page.emulateMedia({ media: 'print' });
  const paper = page.locator('.print-page');
  await expect(paper).toContainText(code);
  await expect(paper).toContainText(`${new URL(page.url()).origin}/convite`);
  await expect(paper).toContainText(/Vale até \d/);
  await expect(page.locator('#root')).toBeHidden();
  await expect(sheet).toBeHidden();
  if (process.env.SHOTS) {
    await page.pdf({ path: `${process.env.SHOTS}/code-paper.pdf`, format: 'A4' });
    await page.screenshot({ path: `${process.env.SHOTS}/code-paper.png` });
  }
  await page.emulateMedia({ media: 'screen' });
  await sheet.getByRole('button', { name: 'Já imprimi ou anotei' }).click();
  await expect(page.getByText(code)).toHaveCount(0);

  const family = await visitor(browser);
  await family.page.goto('/convite');
  await family.page.getByLabel('Código do convite').fill(code);
  await family.page.getByRole('button', { name: 'Continuar' }).click();
  await accept(family.page, address('benedita'));
  await expect(family.page.getByRole('link', { name: /Abrir o PEI de Téo Barreto/ })).toBeVisible();
  await Promise.all([otavio, family].map((person) => person.close()));
});

test('an invitation is sent once more, then withdrawn, and both links are dead', async ({ browser }) => {
  const otavio = await Person.enter(browser, 'otavio.lins');
  const { page } = otavio;
  const email = address('zulmira');
  const dialog = await inviteFamily(page, 'Zulmira Prates', { email });
  await dialog.getByRole('button', { name: 'Enviar o convite' }).click();
  const part = page.getByRole('region', { name: 'Convites à espera' });
  await expect(rowOf(part, 'Zulmira Prates')).toBeVisible();
  const first = await mailedLink(email, '/convite#');
  await part.getByRole('button', { name: 'Enviar de novo o convite de Zulmira Prates' }).click();
  await expect(dialog).toContainText('O e-mail anterior deixa de valer.');
  await dialog.getByRole('button', { name: 'Enviar de novo', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => mailedLink(email, '/convite#')).not.toBe(first);
  const second = await mailedLink(email, '/convite#');
  await expect(rowOf(part, 'Zulmira Prates')).toHaveCount(1);

  const family = await visitor(browser);
  await family.page.goto(first);
  await expect(family.page.getByRole('heading', { name: 'Este convite não vale mais' })).toBeVisible();
  await part.getByRole('button', { name: 'Retirar o convite de Zulmira Prates' }).click();
  await expect(dialog).toContainText('Isto não tem volta.');
  await dialog.getByRole('button', { name: 'Voltar' }).click();
  await expect(rowOf(part, 'Zulmira Prates')).toHaveCount(1);
  await part.getByRole('button', { name: 'Retirar o convite de Zulmira Prates' }).click();
  await dialog.getByRole('button', { name: 'Retirar o convite' }).click();
  await expect(page.getByText('O convite de Zulmira Prates não vale mais.', { exact: true })).toBeVisible();
  await expect(rowOf(part, 'Zulmira Prates')).toHaveCount(0);
  await family.page.goto('/entrar');
  await family.page.goto(second);
  await expect(family.page.getByRole('heading', { name: 'Este convite não vale mais' })).toBeVisible();
  await Promise.all([otavio, family].map((person) => person.close()));
});

for (const width of [390, 1280]) {
  test(`axe finds nothing in the screens of invitations, which work without a mouse (${width} px)`, async ({
    browser,
  }) => {
    const options = { viewport: { width, height: width === 390 ? 844 : 800 } };
    const marina = await Person.enter(browser, 'marina.couto', options);
    const { page } = marina;
    const look = async (name: string) => {
      await expectClean(page, name);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}.png` });
    };
    await page.route('**/api/v1/invitations', (route) => route.fulfill({ status: 503, body: '' }));
    const part = await administration(page);
    await expect(part.getByRole('alert')).toBeVisible();
    await look('invitations-error');
    await page.unroute('**/api/v1/invitations');
    await page.route('**/api/v1/invitations', (route) => route.fulfill({ json: [] }));
    await part.getByRole('button', { name: 'Tentar de novo' }).click();
    await expect(part.getByText('Nenhum convite à espera.')).toBeVisible();
    await look('invitations-empty');
    await page.unroute('**/api/v1/invitations');
    await part.getByRole('button', { name: 'Convidar' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('radio', { name: /Téo|Lara/ }).first()).toBeVisible();
    await look('invite-form');
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(part.getByRole('button', { name: 'Convidar' })).toBeFocused();
    const code = await inviteFamily(page, 'Vó Nair', 'code');
    await look('invite-preview');
    await code.getByRole('button', { name: 'Criar o código' }).click();
    await expect(page.getByText('Este código só aparece agora.')).toBeVisible();
    await look('invite-code');
    await page.getByRole('button', { name: 'Já imprimi ou anotei' }).click();
    const mail = await inviteFamily(page, 'Tia Vera', { email: address('vera') });
    await mail.getByRole('button', { name: 'Enviar o convite' }).click();
    await expect(rowOf(part, 'Tia Vera')).toBeVisible();
    await look('invitations');
    await part.getByRole('button', { name: 'Retirar o convite de Tia Vera' }).click();
    await look('withdraw');
    await page.getByRole('button', { name: 'Retirar o convite', exact: true }).click();
    await expect(rowOf(part, 'Tia Vera')).toHaveCount(0);
    await part.getByRole('button', { name: 'Retirar o convite de Vó Nair' }).click();
    await page.getByRole('button', { name: 'Retirar o convite', exact: true }).click();
    await expect(rowOf(part, 'Vó Nair')).toHaveCount(0);
    await marina.close();
  });
}

test('whoever came in with a code on paper and forgets the password gets another code from the school', async ({
  browser,
}) => {
  const otavio = await Person.enter(browser, 'otavio.lins');
  const { page } = otavio;
  const dialog = await inviteFamily(page, 'Seu Osvaldo Pinho', 'code');
  await dialog.getByRole('button', { name: 'Criar o código' }).click();
  const code = await page
    .getByText(/^\w{4} \w{4} \w{4}$/)
    .first()
    .innerText();
  const family = await visitor(browser);
  const email = address('osvaldo');
  await family.page.goto(`/convite#${code.replaceAll(' ', '')}`);
  await accept(family.page, email);

  await page.goto('/administracao');
  await page.getByLabel('Procurar pessoa pelo nome').fill('osvaldo');
  await page.getByRole('link', { name: /Seu Osvaldo Pinho/ }).click();
  await page.getByRole('button', { name: 'Código para nova senha' }).click();
  await expectClean(page, 'reset code, asked');
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/reset-ask.png` });
  await dialog.getByRole('button', { name: 'Criar o código' }).click();
  await expect(dialog.getByText('Este código só aparece agora.')).toBeVisible();
  await expectClean(page, 'reset code');
  const reset = await dialog.getByText(/^\w{4} \w{4} \w{4}$/).innerText();
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.print-page')).toContainText(`${new URL(page.url()).origin}/redefinir`);
  await expect(page.locator('.print-page')).toContainText(reset);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/reset-paper.png` });
  await page.emulateMedia({ media: 'screen' });
  await dialog.getByRole('button', { name: 'Já imprimi ou anotei' }).click();
  await expect(page.getByText(reset)).toHaveCount(0);

  const forgetful = await visitor(browser);
  const own = forgetful.page;
  await own.goto('/entrar');
  await own.getByRole('link', { name: 'Esqueci a senha' }).click();
  await own.getByRole('link', { name: 'Tenho um código no papel' }).click();
  await expectClean(own, 'reset code form');
  if (process.env.SHOTS) await own.screenshot({ path: `${process.env.SHOTS}/reset-code-form.png` });
  await own.getByLabel('Código do papel').fill(`${reset.slice(0, -1)}${reset.endsWith('7') ? '8' : '7'}`);
  await own.getByRole('button', { name: 'Continuar' }).click();
  await own.getByLabel('Nova senha').fill('três patos no telhado');
  await own.getByRole('button', { name: 'Trocar a senha' }).click();
  await expect(own.getByRole('heading', { name: 'Este código não vale' })).toBeVisible();
  await own.getByRole('link', { name: 'Digitar de novo' }).click();
  await own.getByLabel('Código do papel').fill(reset.toLowerCase());
  await own.getByRole('button', { name: 'Continuar' }).click();
  await own.getByLabel('Nova senha').fill('três patos no telhado');
  await own.getByRole('button', { name: 'Trocar a senha' }).click();
  await expect(own.getByRole('heading', { name: 'Senha trocada' })).toBeVisible();
  await expect(own.getByText(`Seu e-mail para entrar: ${email}`)).toBeVisible();
  await expect(own).toHaveURL(/\/redefinir$/);
  await expectClean(own, 'reset done');
  if (process.env.SHOTS) await own.screenshot({ path: `${process.env.SHOTS}/reset-done.png` });
  await family.page.reload();
  await expect(family.page).toHaveURL(/\/entrar$/);
  await own.getByRole('link', { name: 'Entrar' }).click();
  await own.getByLabel('E-mail').fill(email);
  await own.getByLabel('Senha', { exact: true }).fill('três patos no telhado');
  await own.getByRole('button', { name: 'Entrar' }).click();
  await expect(own.getByRole('link', { name: /Abrir o PEI de Téo Barreto/ })).toBeVisible();
  await Promise.all([otavio, family, forgetful].map((person) => person.close()));
});
