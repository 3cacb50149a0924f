import { randomUUID } from 'node:crypto';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { expectClean } from './support/axe.ts';
import { inviteFamily, mailedLink } from './support/mailbox.ts';
import { PASSWORD, Person } from './support/people.ts';

const NEW_PASSWORD = 'quatro gatos na janela';
const address = () => `avo.${randomUUID().slice(0, 8)}@example.org`;

async function accept(page: Page, email?: string): Promise<void> {
  await expect(page.getByText('Este convite é para acompanhar o plano de Téo.')).toBeVisible();
  if (email) await page.getByLabel('Seu e-mail').fill(email);
  await page.getByLabel('Crie uma senha').fill(NEW_PASSWORD);
  await expect(page.getByText('Ótima senha.')).toBeVisible();
  await page.getByRole('button', { name: 'Aceitar e entrar' }).click();
}

async function seesTheChild(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Meus|Minhas/);
  await page.getByRole('link', { name: /Abrir o PEI de Téo Barreto/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Téo Barreto' })).toBeVisible();
}

const visitor = (browser: Browser, width = 1280) =>
  Person.arrive(browser, 'nobody', { viewport: { width, height: 844 } });

test('a family opens the link of its mail, and the child is there', async ({ browser }) => {
  const email = address();
  await inviteFamily('marina.couto', 'Téo Barreto', 'Dona Iracema', email);
  const link = await mailedLink(email, '/convite#');
  const person = await visitor(browser, 390);
  const { page } = person;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(link);
  await expect(page.getByLabel('Seu nome')).toHaveValue('Dona Iracema');
  await expect(page.getByLabel('Seu e-mail')).toHaveValue(email);
  await expectClean(page, 'invitation');
  await page.getByLabel('Crie uma senha').fill('iracema123');
  await page.getByRole('button', { name: 'Aceitar e entrar' }).click();
  await expect(page.getByText(/fácil de adivinhar|não têm a ver com você/i).first()).toBeVisible();
  await expectClean(page, 'invitation with an error');
  await accept(page);
  await seesTheChild(page);
  expect(asked.filter((url) => url.includes(link.split('#')[1] as string))).toEqual([]);
  await person.close();

  const late = await visitor(browser);
  await late.page.goto(link);
  await expect(late.page.getByRole('heading', { name: 'Este convite não vale mais' })).toBeVisible();
  await expectClean(late.page, 'used invitation');
  await late.close();
});

test('a family types the code from paper as it likes', async ({ browser }) => {
  const { code } = await inviteFamily('marina.couto', 'Téo Barreto', 'Seu Raimundo');
  const person = await visitor(browser, 390);
  const { page } = person;
  await page.goto('/entrar');
  await page.getByRole('link', { name: 'Tenho um código de convite' }).click();
  await expectClean(page, 'code');
  await page.getByRole('button', { name: 'Continuar' }).click();
  await expect(page.getByText('Faltam letras ou números: o código tem 12.')).toBeVisible();
  await page
    .getByLabel('Código do convite')
    .fill((code as string).toLowerCase().replaceAll(' ', '').replaceAll('0', 'o'));
  await expect(page.getByLabel('Código do convite')).toHaveValue(code as string);
  await page.getByRole('button', { name: 'Continuar' }).click();
  await accept(page, address());
  await seesTheChild(page);
  await person.close();
});

test('somebody with an account signs in and the invitation is joined', async ({ browser }) => {
  const email = address();
  await inviteFamily('marina.couto', 'Téo Barreto', 'Dona Lindalva', email);
  const first = await visitor(browser);
  await first.page.goto(await mailedLink(email, '/convite#'));
  await accept(first.page);
  await seesTheChild(first.page);
  await first.close();

  const { code } = await inviteFamily('marina.couto', 'Lara Coutinho', 'Dona Lindalva');
  const person = await visitor(browser);
  const { page } = person;
  await page.goto(`/convite#${code?.replaceAll(' ', '')}`);
  await page.getByLabel('Seu e-mail').fill(email);
  await page.getByLabel('Crie uma senha').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Aceitar e entrar' }).click();
  await page.getByRole('button', { name: 'Entrar com minha conta' }).click();
  // The form that is left has a field of nearly the same name.
  await expect(page.getByRole('heading', { level: 1, name: 'Entrar' })).toBeVisible();
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Senha', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page.getByText('Você está usando a conta de Dona Lindalva.')).toBeVisible();
  await expectClean(page, 'join');
  await page.getByRole('button', { name: 'Juntar a esta conta' }).click();
  await expect(page.getByRole('link', { name: /Abrir o PEI de Lara Coutinho/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /Abrir o PEI de Téo Barreto/ })).toBeVisible();
  await person.close();
});

test('a forgotten password is set anew from the mail, once; a known one is changed in the account', async ({
  browser,
}) => {
  const email = address();
  await inviteFamily('marina.couto', 'Téo Barreto', 'Seu Anacleto', email);
  const person = await visitor(browser, 390);
  const { page } = person;
  await page.goto(await mailedLink(email, '/convite#'));
  await accept(page);
  await seesTheChild(page);

  const forgetful = await visitor(browser);
  await forgetful.page.goto('/entrar');
  await forgetful.page.getByRole('link', { name: 'Esqueci a senha' }).click();
  await expectClean(forgetful.page, 'forgot');
  await forgetful.page.getByLabel('E-mail').fill(email);
  await forgetful.page.getByRole('button', { name: 'Enviar' }).click();
  await expect(forgetful.page.getByRole('heading', { name: 'Olhe o seu e-mail' })).toBeVisible();
  await expectClean(forgetful.page, 'sent');
  const link = await mailedLink(email, '/redefinir#');
  await forgetful.page.goto(link);
  await expectClean(forgetful.page, 'reset');
  await forgetful.page.getByLabel('Nova senha').fill('três patos no telhado');
  await forgetful.page.getByRole('button', { name: 'Trocar a senha' }).click();
  await expect(forgetful.page.getByRole('heading', { name: 'Senha trocada' })).toBeVisible();
  await forgetful.page.getByRole('link', { name: 'Entrar' }).click();
  await forgetful.page.getByLabel('E-mail').fill(email);
  await forgetful.page.getByLabel('Senha', { exact: true }).fill('três patos no telhado');
  await forgetful.page.getByRole('button', { name: 'Entrar' }).click();
  await seesTheChild(forgetful.page);
  await page.reload();
  await expect(page).toHaveURL(/\/entrar$/);
  await page.goto(link);
  await page.getByLabel('Nova senha').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Trocar a senha' }).click();
  await expect(page.getByRole('heading', { name: 'Este endereço não vale mais' })).toBeVisible();
  await person.close();

  const own = forgetful.page;
  await own.goto('/');
  await own.getByRole('button', { name: /Sua conta/ }).click();
  await own.getByRole('link', { name: 'Segurança e aparelhos' }).click();
  await expect(own.getByRole('heading', { level: 1, name: 'Segurança e aparelhos' })).toBeVisible();
  await own.getByRole('link', { name: 'Trocar senha' }).click();
  await expectClean(own, 'change');
  await own.getByLabel('Senha de agora').fill(PASSWORD);
  await own.getByLabel('Nova senha').fill(NEW_PASSWORD);
  await own.getByRole('button', { name: 'Trocar a senha' }).click();
  await expect(own.getByText('Esta não é a sua senha de agora.')).toBeVisible();
  await own.getByLabel('Senha de agora').fill('três patos no telhado');
  await own.getByRole('button', { name: 'Trocar a senha' }).click();
  await expect(own.getByText('Senha trocada. Nos outros aparelhos, entre de novo.')).toBeVisible();
  await own.reload();
  await expect(own.getByRole('heading', { level: 1, name: 'Trocar senha' })).toBeVisible();
  await forgetful.close();
});
