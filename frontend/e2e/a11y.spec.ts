import { expect, test } from '@playwright/test';
import { expectClean } from './support/axe.ts';
import { Person } from './support/people.ts';

for (const scheme of ['light', 'dark'] as const) {
  for (const width of [390, 1280]) {
    test(`axe finds nothing on any page (${scheme}, ${width} px)`, async ({ browser }) => {
      test.setTimeout(120_000);
      const options = { viewport: { width, height: 844 }, colorScheme: scheme };
      const luciana = await Person.arrive(browser, 'luciana.prado', options);
      const { page } = luciana;
      await page.goto('/entrar');
      await page.getByRole('button', { name: 'Entrar' }).click();
      await expect(page.getByText('Escreva seu e-mail.')).toBeVisible();
      await expectClean(page, 'login with errors');
      await luciana.login();
      await expect(page.getByRole('article').first()).toBeVisible();
      await expectClean(page, 'students');
      for (const section of ['ec_potencialidades', 'ec_familia', 'metas']) {
        await luciana.openPei('Lara Coutinho', section);
        await expectClean(page, section);
      }
      await page.getByRole('button', { name: 'Escolher responsáveis' }).first().click();
      await expectClean(page, 'goals with the team open');
      if (width < 1000) await page.getByRole('button', { name: /^Seções/ }).click();
      else await page.getByRole('button', { name: /Sua conta/ }).click();
      await expectClean(page, 'dialog');
      await page.goto('/peis/nonsense');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectClean(page, 'unknown plan');
      await page.goto('/nada');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectClean(page, 'unknown page');
      await page.goto('/conversas');
      await expect(page.getByRole('list', { name: 'Suas conversas' })).toBeVisible();
      await expectClean(page, 'conversations');
      await luciana.openConversation('Lara Coutinho', 'Família e escola');
      await luciana.write('Bom dia!');
      await expect(luciana.messages.last()).toContainText('Bom dia!');
      await expectClean(page, 'conversation');
      await luciana.close();

      const patricia = await Person.enter(browser, 'patricia.coutinho', options);
      await patricia.openPei('Lara Coutinho');
      await expect(patricia.page.getByRole('toolbar')).toBeVisible();
      await expectClean(patricia.page, 'family');
      await patricia.page.getByRole('link', { name: /^Quem viu os dados/ }).click();
      await expect(patricia.page.getByRole('listitem').first()).toBeVisible();
      await expectClean(patricia.page, 'who read');
      await patricia.close();

      const teresa = await Person.enter(browser, 'teresa.valadares', options);
      await expect(teresa.page.getByText('Você ainda não acompanha nenhum estudante')).toBeVisible();
      await expectClean(teresa.page, 'empty list');
      await teresa.close();
    });
  }
}

test('axe finds nothing in high contrast', async ({ browser }) => {
  const luciana = await Person.enter(browser, 'luciana.prado');
  const { page } = luciana;
  await page.getByRole('button', { name: /Sua conta/ }).click();
  await page.getByLabel('Alto contraste').check();
  await page.keyboard.press('Escape');
  await expectClean(page, 'students');
  await luciana.openPei('Lara Coutinho', 'metas');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'contrast');
  await expectClean(page, 'goals');
  await luciana.close();
});
