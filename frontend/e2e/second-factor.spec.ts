import { type Browser, expect, type Page, test } from '@playwright/test';
import { look } from './support/look.ts';
import { PASSWORD, Person } from './support/people.ts';
import { totp } from './support/totp.ts';

// The demo asks nobody for a second factor, so each of these people sets one up, and switches it off at the end.

const secretOn = async (page: Page) => (await page.locator('code').innerText()).replace(/\s/g, '');
const codesOn = (page: Page) => page.getByRole('list').filter({ hasText: '-' }).getByRole('listitem').allInnerTexts();

async function password(page: Page, account: string): Promise<void> {
  await page.goto('/entrar');
  await page.getByLabel('E-mail').fill(`${account}@demo.kazumi.test`);
  await page.getByLabel('Senha', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Entrar' }).click();
}

async function turnOff(page: Page, code: string): Promise<void> {
  await page.goto('/conta');
  await page.getByRole('button', { name: 'Desligar' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Desligar' }).click();
  const step = page.getByRole('dialog', { name: 'Confirme sua senha para continuar' });
  const off = page.getByText('O código do celular está desligado.', { exact: true });
  await expect(step.or(off)).toBeVisible();
  if (await step.isVisible()) {
    await step.getByLabel('Senha').fill(PASSWORD);
    await step.getByRole('button', { name: 'Confirmar' }).click();
    await step.getByLabel('Código do celular').fill(code);
    await step.getByRole('button', { name: 'Confirmar' }).click();
  }
  await expect(off).toBeVisible();
}

for (const [width, account] of [
  [390, 'noemi.braga'],
  [1280, 'aline.tavares'],
] as const) {
  test(`a second factor is set up, asked for, replaced by a recovery code and switched off (${width} px)`, async ({
    browser,
  }) => {
    test.setTimeout(120_000);
    const person = await Person.enter(browser, account, { viewport: { width, height: 844 } });
    const { page } = person;
    await page.goto('/conta');
    await expect(page.getByText('Desligado.')).toBeVisible();
    await look(page, 'account');
    await page.getByRole('button', { name: 'Ligar' }).click();
    await expect(page.getByRole('img', { name: 'Código QR para o aplicativo de códigos' })).toBeVisible();
    await look(page, 'enrol');
    const secret = await secretOn(page);
    await page.getByLabel('Código de 6 números').fill('000000');
    await expect(page.getByRole('alert')).toContainText('Este código não vale');
    const used = totp(secret);
    await page.getByLabel('Código de 6 números').fill(used);
    await expect(page.getByRole('button', { name: 'Baixar' })).toBeVisible();
    await look(page, 'codes');
    const codes = await codesOn(page);
    expect(codes).toHaveLength(10);
    await page.emulateMedia({ media: 'print' });
    const paper = page.locator('.print-page');
    await expect(paper).toContainText('Kazumi: códigos de recuperação');
    await expect(paper).toContainText(String(new Date().getFullYear()));
    expect(await paper.getByRole('listitem').allInnerTexts()).toEqual(codes);
    await expect(page.locator('#root')).toBeHidden();
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/codes-paper-${width}.png` });
    await page.emulateMedia({ media: 'screen' });
    await page.getByRole('button', { name: 'Continuar' }).click();
    await expect(page.getByRole('alert')).toContainText('Guarde os códigos');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Baixar' }).click();
    expect((await download).suggestedFilename()).toBe('kazumi-codigos-de-recuperacao.txt');
    await page.getByLabel('Guardei os códigos').check();
    await page.getByRole('button', { name: 'Continuar' }).click();
    await expect(page.getByText('Restam 10 códigos de recuperação.')).toBeVisible();
    await look(page, 'account-on');

    const elsewhere = await Person.arrive(browser, account, { viewport: { width, height: 844 } });
    await password(elsewhere.page, account);
    await expect(elsewhere.page.getByRole('heading', { level: 1, name: 'Falta o código' })).toBeVisible();
    await look(elsewhere.page, 'second-step');
    // Loading the page again asks for the same step, and nothing else opens.
    await elsewhere.page.goto('/conta');
    await expect(elsewhere.page.getByRole('heading', { level: 1, name: 'Falta o código' })).toBeVisible();
    await elsewhere.page.getByLabel('Código de 6 números').fill(used);
    await expect(elsewhere.page.getByRole('alert')).toContainText('Este código não vale');
    await elsewhere.page.getByRole('button', { name: 'Usar um código de recuperação' }).click();
    await look(elsewhere.page, 'recovery');
    await elsewhere.page.getByLabel('Código de recuperação').fill((codes[0] ?? '').toLowerCase());
    await elsewhere.page.getByRole('button', { name: 'Entrar', exact: true }).click();
    await expect(elsewhere.page.getByRole('heading', { level: 1 })).toHaveText(/Segurança e aparelhos/);
    await expect(elsewhere.page.getByText('Restam 9 códigos de recuperação.')).toBeVisible();

    // One device ends the other, which is led to the login.
    await page.reload();
    await expect(page.getByText('Este aparelho')).toBeVisible();
    await look(page, 'devices');
    await page.getByRole('button', { name: 'Encerrar em todos os outros' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Encerrar em todos os outros' }).click();
    await expect(page.getByRole('button', { name: /^Encerrar:/ })).toHaveCount(0);
    await elsewhere.page.reload();
    await expect(elsewhere.page.getByLabel('E-mail')).toBeVisible();
    await elsewhere.close();
    await turnOff(page, totp(secret, 1));
    await person.close();
  });
}

test('who needs a second factor and has none sets it up before anything else opens', async ({ browser }) => {
  const account = 'wesley.duarte';
  const person = await Person.arrive(browser, account, { viewport: { width: 390, height: 844 } });
  const { page } = person;
  // The demo insists on nothing; the rest of the way is the server's own.
  await page.route('**/api/v1/auth/login', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), second_factor: 'enrol' } });
  });
  await password(page, account);
  await expect(page.getByRole('heading', { level: 1, name: 'Proteja sua conta' })).toBeVisible();
  await expect(page.getByRole('img', { name: 'Código QR para o aplicativo de códigos' })).toBeVisible();
  await look(page, 'login-enrol');
  const secret = await secretOn(page);
  await page.getByLabel('Código de 6 números').fill(totp(secret));
  await page.getByLabel('Guardei os códigos').check();
  await page.getByRole('button', { name: 'Continuar' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Meus/);
  await turnOff(page, totp(secret, 1));
  await person.close();
});

async function expectAsked(browser: Browser, account: string, answer: 'wrong' | 'cancel'): Promise<void> {
  const person = await Person.enter(browser, account);
  const { page } = person;
  let asked = 0;
  await page.route('**/api/v1/auth/second-factor/enrol', async (route) => {
    asked += 1;
    await route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'step_up_required' }),
    });
  });
  await page.goto('/conta');
  await page.getByRole('button', { name: 'Ligar' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirme sua senha para continuar' });
  await expect(dialog.getByLabel('Senha')).toBeVisible();
  if (answer === 'wrong') {
    await look(page, 'step-up');
    await dialog.getByLabel('Senha').fill('errada');
    await dialog.getByRole('button', { name: 'Confirmar' }).click();
    await expect(dialog.getByRole('alert')).toContainText('A senha não confere');
    expect(asked).toBe(1);
    await page.unroute('**/api/v1/auth/second-factor/enrol');
    await dialog.getByLabel('Senha').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Confirmar' }).click();
    await expect(page.getByRole('img', { name: 'Código QR para o aplicativo de códigos' })).toBeVisible();
  } else {
    await dialog.getByRole('button', { name: 'Cancelar' }).click();
    await expect(page.getByText('Nada foi alterado.')).toBeVisible();
  }
  await person.close();
}

test('an act that needs a fresh proof asks for the password and then goes on', async ({ browser }) => {
  await expectAsked(browser, 'paulo.ferraz', 'wrong');
});

test('who does not give the proof changes nothing', async ({ browser }) => {
  await expectAsked(browser, 'paulo.ferraz', 'cancel');
});
