import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  expect,
  type Locator,
  type Page,
} from '@playwright/test';
import { theServer } from './state.ts';

export const PASSWORD = 'kazumi-demo-2026';

/** A person in a browser context of her own: nothing is shared with the others but the server. */
export class Person {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly account: string,
  ) {}

  /** Opens a context without signing in. */
  static async arrive(browser: Browser, account: string, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({ baseURL: theServer().url, ...options });
    return new Person(context, await context.newPage(), account);
  }

  static async enter(browser: Browser, account: string, options: BrowserContextOptions = {}): Promise<Person> {
    const person = await Person.arrive(browser, account, options);
    await person.login();
    return person;
  }

  async login(shared = false): Promise<void> {
    const { page } = this;
    await page.goto('/entrar');
    await page.getByLabel('E-mail').fill(`${this.account}@demo.kazumi.test`);
    await page.getByLabel('Senha', { exact: true }).fill(PASSWORD);
    if (shared) await page.getByLabel('Este computador é compartilhado').check();
    await page.getByRole('button', { name: 'Entrar' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Meus/);
  }

  /** Opens a student's plan from the list, at a section when one is named. */
  async openPei(student: string, section?: string): Promise<void> {
    await this.page.goto('/');
    await this.page.getByRole('link', { name: `Abrir o PEI de ${student}` }).click();
    await expect(this.page.getByRole('heading', { level: 1, name: student })).toBeVisible();
    if (!section) return;
    const [, , pei] = new URL(this.page.url()).pathname.split('/');
    await this.page.goto(`/peis/${pei}/${section}`);
    await expect(this.page.locator('[data-save]')).not.toHaveAttribute('data-save', 'opening');
  }

  /** Opens a conversation from the list: about whom or with which class, and which. */
  async openConversation(place: string, kind: string): Promise<void> {
    await this.page.goto('/conversas');
    await this.page.getByRole('link').filter({ hasText: place }).filter({ hasText: kind }).click();
    await expect(this.page.getByRole('heading', { name: place })).toBeVisible();
    await expect(this.page.locator('[data-connection=live]').first()).toBeAttached();
  }

  /** Writes a message and sends it. */
  async write(text: string): Promise<void> {
    await this.page.getByLabel('Escreva uma mensagem').fill(text);
    await this.page.getByRole('button', { name: 'Enviar' }).click();
  }

  get messages(): Locator {
    return this.page.getByRole('log').getByRole('article');
  }

  get text(): Locator {
    return this.page.locator('.prose-kz');
  }

  get save(): Locator {
    return this.page.locator('[data-save]');
  }

  async expectSaved(): Promise<void> {
    await expect(this.save).toHaveAttribute('data-save', 'saved');
    await expect(this.save).toContainText(/Salvo às \d{2}:\d{2}/);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** The page's WebSocket, in our hands: cut it, keep it away, let it back. Call before the page opens. */
export async function cuttable(
  page: Page,
  path = /\/ws\/collab/,
): Promise<{
  cut: () => Promise<void>;
  mend: () => void;
  /** From now on each new connection is closed with this code. */
  refuse: (code: number) => void;
}> {
  let down = 0;
  const open = new Set<{ close: (options?: { code?: number }) => Promise<void> }>();
  await page.routeWebSocket(path, async (socket) => {
    if (down !== 0) {
      await socket.close({ code: down });
      return;
    }
    const server = socket.connectToServer();
    open.add(socket);
    open.add(server);
  });
  return {
    cut: async () => {
      down = 1012;
      await Promise.all([...open].map((socket) => socket.close({ code: 1012 })));
      open.clear();
    },
    mend: () => {
      down = 0;
    },
    refuse: (code) => {
      down = code;
    },
  };
}
