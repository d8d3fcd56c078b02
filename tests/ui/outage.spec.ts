import { type Locator, type Page, test } from '@playwright/test';

import { cell, expect, writeNotebook } from './fixtures';
import { OwnServer } from './ownserver';
import { RUN, runButton, SMALL, stageRow, standing } from './runs';
import { expand, link, typeInto } from './sidepanel';

const AWAY = 'Jupyter’s server does not answer.';

/** Everything that the page says is wrong in code of ours, and what it asks our routes. */
class Witness {
  readonly errors: string[] = [];
  readonly asked: string[] = [];

  constructor(page: Page) {
    page.on('pageerror', error => {
      if (`${error.stack}`.includes('jupyterlab-nb2pipe')) {
        this.errors.push(`${error.stack}`);
      }
    });
    page.on('console', message => {
      const { url } = message.location();
      // That a request fails is the browser's to say, and no error in code.
      if (
        message.type() === 'error' &&
        /labextensions\/jupyterlab-nb2pipe/.test(url)
      ) {
        this.errors.push(message.text());
      }
    });
    page.on('request', request => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/nb2pipe/')) {
        this.asked.push(`${request.method()} ${pathname}`);
      }
    });
  }
}

/** Have JupyterLab notice that its server is away, and say so once and for all. */
async function dismiss(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { sessions } = window.jupyterapp.serviceManager;
    void sessions.refreshRunning().catch(() => undefined);
  });
  const dialog = page.getByRole('dialog', { name: 'Server Connection Error' });
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toHaveCount(0);
}

async function openNotebook(
  page: Page,
  server: OwnServer,
  file: string
): Promise<Locator> {
  await page.goto(server.address(`lab/tree/${file}?token=${server.token}`));
  await expect(cell(page, 2)).toHaveAttribute('data-nb2pipe-badge', 'begin', {
    timeout: 60_000
  });
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('nb2pipe:open-panel');
  });
  const panel = page.locator('#nb2pipe-panel');
  await expect(link(panel, 'begin', 'wait')).toBeVisible({ timeout: 30_000 });
  return panel;
}

test('goes on in the same page when the server was away', async ({
  page
}, info) => {
  test.setTimeout(2 * RUN);
  const server = await OwnServer.start(info.testId);
  try {
    const witness = new Witness(page);
    const file = writeNotebook('away.ipynb', SMALL, undefined, server.root);
    const panel = await openNotebook(page, server, file);

    let since = 0;
    await test.step('while a run goes on: it ends with the server', async () => {
      await panel.getByLabel('seconds', { exact: true }).fill('600');
      await runButton(panel).click();
      await expect(stageRow(panel, 'wait')).toContainText('running', {
        timeout: RUN
      });
      await server.stop('SIGKILL');
    });
    await test.step('away: said calmly, nothing is lost', async () => {
      witness.asked.length = 0;
      since = Date.now();
      await dismiss(page);
      await typeInto(page, 3, '\ntotal += 1');
      await expect(panel.getByText(AWAY).first()).toBeVisible();
      await expect(link(panel, 'begin', 'wait')).toBeVisible();
      await expect(cell(page, 2)).toHaveAttribute(
        'data-nb2pipe-badge',
        /begin/
      );
      await expect(standing(panel)).toContainText('Nothing newer is known');
    });
    await test.step('back: analysed, and the run has ended', async () => {
      await server.start();
      const seconds = (Date.now() - since) / 1000;
      console.log(`${witness.asked.length} requests in ${seconds} s`);
      expect(witness.asked.length).toBeLessThan(seconds);
      await expect(panel.getByText(AWAY)).toHaveCount(0, { timeout: 30_000 });
      await expect(standing(panel)).toContainText(
        'The run ended with the server',
        { timeout: 30_000 }
      );
      await expect(stageRow(panel, 'wait')).toContainText('skipped');
      await typeInto(page, 4, '\nsorted(numbers)[0] + len(numbers)');
      await expect(link(panel, 'begin', 'tell')).toBeVisible();
    });
    await test.step('a new run is followed, and follows a new name', async () => {
      await panel.getByLabel('seconds', { exact: true }).fill('2');
      await runButton(panel).click();
      await expect(stageRow(panel, 'wait')).toHaveAttribute(
        'data-status',
        /waiting|running/,
        { timeout: RUN }
      );
      // As the file browser does.
      await page.evaluate(async () => {
        const { contents } = window.jupyterapp.serviceManager;
        await contents.rename('away.ipynb', 'renamed.ipynb');
      });
      const past = (await expand(panel, 'runs')).locator(
        '.jp-Nb2pipe-past > li'
      );
      await expect(standing(panel)).toHaveText(
        'The run succeeded: 2 ran, 1 reused.',
        { timeout: RUN }
      );
      await expect(cell(page, 3)).toHaveAttribute('data-nb2pipe-badge', /✓/);
      await expect(past.filter({ hasText: 'succeeded' })).toHaveCount(1);
      const conversion = await expand(panel, 'conversion');
      // By key: a notification may lie over it.
      await conversion.getByRole('button', { name: /^Preview/ }).press('Enter');
      await expect(
        conversion.getByText(/^renamed .*files would change/)
      ).toBeVisible({ timeout: RUN });
    });
    expect(witness.errors).toEqual([]);
  } finally {
    await server.stop();
  }
});
