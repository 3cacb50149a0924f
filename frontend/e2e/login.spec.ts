import { expect, test } from '@playwright/test';
import { PASSWORD, Person } from './support/people.ts';

test('a wrong password and empty fields are said plainly', async ({ browser }) => {
  const person = await Person.arrive(browser, 'luciana.prado');
  const { page } = person;
  await page.goto('/entrar');
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page.getByText('Escreva seu e-mail.')).toBeVisible();
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await page.getByLabel('E-mail').fill('luciana.prado@demo.kazumi.test');
  await page.getByLabel('Senha', { exact: true }).fill('errada');
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page.getByRole('alert')).toHaveText('E-mail ou senha não conferem. Confira e tente de novo.');
  await person.close();
});

const answers = [
  {
    name: 'too many attempts',
    status: 429,
    code: 'too_many_attempts',
    retry: '95',
    text: 'Tente de novo em 2 minutos.',
  },
  { name: 'overload', status: 503, code: 'overloaded', retry: '1', text: 'Muita gente está entrando agora.' },
  { name: 'a lost database', status: 503, code: 'store_unavailable', retry: '5', text: 'problema para guardar dados' },
];
for (const { name, status, code, retry, text } of answers) {
  test(`${name} is said plainly`, async ({ browser }) => {
    const person = await Person.arrive(browser, 'luciana.prado');
    const { page } = person;
    await page.route('**/api/v1/auth/login', (route) =>
      route.fulfill({
        status,
        headers: { 'content-type': 'application/problem+json', 'retry-after': retry },
        body: JSON.stringify({ code }),
      }),
    );
    await page.goto('/entrar');
    await page.getByLabel('E-mail').fill('luciana.prado@demo.kazumi.test');
    await page.getByLabel('Senha', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Entrar' }).click();
    await expect(page.getByRole('alert')).toContainText(text);
    await person.close();
  });
}

test('no connection is said plainly, and the way out works', async ({ browser }) => {
  const person = await Person.arrive(browser, 'luciana.prado');
  const { page } = person;
  await page.goto('/entrar');
  await page.route('**/api/v1/auth/login', (route) => route.abort());
  await page.getByLabel('E-mail').fill('luciana.prado@demo.kazumi.test');
  await page.getByLabel('Senha', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page.getByRole('alert')).toContainText('Sem conexão com o Kazumi');
  await page.unroute('**/api/v1/auth/login');
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Meus estudantes');
  await person.close();
});

test('the session survives a reload, and leaving ends it in every tab', async ({ browser }) => {
  const person = await Person.enter(browser, 'luciana.prado');
  const { page } = person;
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Meus estudantes');
  const other = await person.context.newPage();
  await other.goto('/');
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Meus estudantes');

  await page.getByRole('button', { name: /Sua conta/ }).click();
  await page.getByRole('button', { name: 'Sair' }).click();
  await expect(page).toHaveURL(/\/entrar$/);
  await expect(other).toHaveURL(/\/entrar$/);
  await page.goto('/');
  await expect(page).toHaveURL(/\/entrar$/);
  await person.close();
});

test('a page asked for before the login opens after it', async ({ browser }) => {
  const person = await Person.arrive(browser, 'luciana.prado');
  const { page } = person;
  await page.goto('/qualquer-pagina');
  await expect(page).toHaveURL(/\/entrar$/);
  await page.getByLabel('E-mail').fill('luciana.prado@demo.kazumi.test');
  await page.getByLabel('Senha', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page).toHaveURL(/\/qualquer-pagina$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Não encontramos esta página');
  await person.close();
});
