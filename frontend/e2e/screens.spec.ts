import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { Person } from './support/people.ts';

// The pictures in docs/screens are made here and nowhere else, on request only: `npm run screens`.
test.skip(process.env.UPDATE_SCREENS !== '1', 'pictures are renewed on request');

const folder = fileURLToPath(new URL('../../docs/screens/', import.meta.url));
const shoot = (page: Page, name: string) => page.screenshot({ path: `${folder}${name}.png`, caret: 'initial' });

test.beforeAll(() => {
  mkdirSync(folder, { recursive: true });
});

for (const { width, height } of [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
]) {
  test(`pictures at ${width} px`, async ({ browser }) => {
    test.setTimeout(120_000);
    const viewport = { width, height };
    const visitor = await Person.arrive(browser, 'nobody', { viewport });
    await visitor.page.goto('/entrar');
    await expect(visitor.page.getByLabel('E-mail')).toBeVisible();
    await shoot(visitor.page, `login-${width}`);
    await visitor.close();

    const [luciana, rafael, camila] = await Promise.all([
      Person.enter(browser, 'luciana.prado', { viewport }),
      Person.enter(browser, 'rafael.meira'),
      Person.enter(browser, 'camila.nobrega', { viewport, colorScheme: 'dark' }),
    ]);
    await expect(camila.page.getByRole('article').first()).toBeVisible();
    await shoot(luciana.page, `students-${width}`);
    await shoot(camila.page, `students-dark-${width}`);

    await Promise.all([luciana, rafael, camila].map((each) => each.openPei('Lara Coutinho', 'ec_potencialidades')));
    await rafael.text.click();
    await rafael.page.keyboard.press('Control+End');
    await camila.text.click();
    await camila.page.keyboard.press('Control+Home');
    await camila.page.keyboard.press('End');
    await luciana.text.click();
    await luciana.page.keyboard.press('Control+End');
    await luciana.page.keyboard.type(' Gosta de ajudar.');
    await luciana.expectSaved();
    await rafael.page.keyboard.press('End');
    await camila.page.keyboard.press('End');
    await expect(luciana.text.locator('.caret-name')).toHaveCount(2);
    await luciana.page.evaluate(() => window.scrollTo(0, 0));
    await shoot(luciana.page, `pei-${width}`);
    await shoot(camila.page, `pei-dark-${width}`);

    await Promise.all([luciana, camila].map((each) => each.openPei('Lara Coutinho', 'metas')));
    await camila.page.getByRole('textbox', { name: 'O que se espera da meta 1', exact: true }).click();
    await expect(luciana.page.getByRole('article').first()).toContainText('Camila');
    await shoot(luciana.page, `goals-${width}`);
    await rafael.openPei('Lara Coutinho', 'metas');
    await rafael.page.setViewportSize(viewport);
    await shoot(rafael.page, `goals-read-only-${width}`);
    await Promise.all([luciana, rafael, camila].map((each) => each.close()));

    const patricia = await Person.enter(browser, 'patricia.coutinho', { viewport });
    await patricia.openPei('Lara Coutinho');
    await expect(patricia.page.getByRole('toolbar')).toBeVisible();
    await shoot(patricia.page, `family-${width}`);
    await patricia.page.goto('/');
    await patricia.page.getByRole('link', { name: /^Quem viu os dados/ }).click();
    await expect(patricia.page.getByRole('listitem').first()).toContainText('você · família');
    await shoot(patricia.page, `accesses-${width}`);
    await patricia.close();
  });
}
