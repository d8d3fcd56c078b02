import {
  cell,
  copyExample,
  expect,
  freshTest,
  open,
  openPanel,
  test,
  writeNotebook
} from './fixtures';
import { expectPicture } from './pictures';
import {
  byPalette,
  expectAccessible,
  RUN,
  runButton,
  runInTerminal,
  SMALL,
  stageRow,
  standing,
  tabTo
} from './runs';

/** A document's widget in the page. */
interface IOpened {
  context: { path: string; contentsModel: { writable: boolean } };
}

/** What the test kit's page can do beyond what its type says. */
interface IReloaded {
  reload(options: { waitForIsReady: boolean }): Promise<unknown>;
}

test.describe('running the pipeline', () => {
  test('of the example: up to a stage, then whole, to its metrics, as in the README', async ({
    page,
    tmpPath
  }) => {
    test.setTimeout(3 * RUN);
    await open(page, copyExample(tmpPath));
    const panel = await openPanel(page);
    await expect(panel.getByText('the same as nb2pipe’s')).toBeVisible({
      timeout: 30000
    });
    await panel.getByLabel('Run up to').selectOption('load');
    await runButton(panel).click();
    await expect(standing(panel)).toHaveText(
      'The run succeeded: 1 ran, 0 reused.',
      { timeout: RUN }
    );
    await expect(stageRow(panel, 'load')).toContainText('ran');
    await expect(stageRow(panel, 'train')).toContainText('skipped');

    await panel.getByLabel('Run up to').selectOption('all stages');
    await runButton(panel).click();
    await expect(stageRow(panel, 'features')).toContainText('running', {
      timeout: RUN
    });
    await expect(standing(panel)).toHaveText(
      'The run succeeded: 7 ran, 1 reused.',
      { timeout: RUN }
    );
    const metrics = panel.getByRole('table', { name: 'Metrics' });
    await expect(metrics.getByRole('row')).not.toHaveCount(1);
    await expect(metrics).toContainText('auc');
    await expect(cell(page, 7)).toHaveAttribute('data-nb2pipe-badge', /↻/);
    await expectAccessible(page);
    await cell(page, 21).scrollIntoViewIfNeeded();
    await standing(panel).evaluate(node => node.scrollIntoView());
    await expectPicture(page, 'run');
  });

  test('by keyboard alone, from parameters to metrics', async ({
    page,
    tmpPath
  }) => {
    test.setTimeout(2 * RUN);
    await open(page, writeNotebook(`${tmpPath}/keys.ipynb`, SMALL));
    await byPalette(page, 'Show Pipeline');
    const panel = page.locator('#nb2pipe-panel');
    await tabTo(page, panel.getByLabel('seconds', { exact: true }));
    await page.keyboard.press('Control+A');
    await page.keyboard.type('0.2');
    await tabTo(page, runButton(panel));
    await page.keyboard.press('Enter');
    await expect(standing(panel)).toHaveText(
      'The run succeeded: 3 ran, 0 reused.',
      { timeout: RUN }
    );
    const metrics = panel.getByRole('table', { name: 'Metrics' });
    await expect(metrics).toContainText('4.5');
    await byPalette(page, 'Show Past Runs');
    const run = panel.locator('.jp-Nb2pipe-past summary');
    await tabTo(page, run);
    await page.keyboard.press('Enter');
    await expect(panel.locator('.jp-Nb2pipe-past')).toContainText('0.2');
  });

  // A page that is loaded again remembers its folder, which is removed.
  freshTest(
    'survives the page, and is cancelled',
    async ({ page, tmpPath }) => {
      test.setTimeout(2 * RUN);
      const file = writeNotebook(`${tmpPath}/long.ipynb`, SMALL);
      await open(page, file);
      let panel = await openPanel(page);
      await panel.getByLabel('seconds', { exact: true }).fill('600');
      await runButton(panel).click();
      await expect(stageRow(panel, 'wait')).toContainText('running', {
        timeout: RUN
      });
      await expect(stageRow(panel, 'begin')).toContainText('ran');
      // The kit's own waiting gives up too soon on a busy machine.
      await (page as unknown as IReloaded).reload({ waitForIsReady: false });
      await page.waitForFunction(() => 'jupyterapp' in window);
      await open(page, file);
      await expect(cell(page, 3)).toHaveAttribute('data-nb2pipe-badge', /▶/, {
        timeout: 30000
      });
      panel = await openPanel(page);
      await expect(stageRow(panel, 'wait')).toContainText('running');
      await expect(stageRow(panel, 'begin')).toContainText('ran');
      await panel
        .locator('.jp-Nb2pipe-run')
        .getByRole('button', { name: 'Cancel run' })
        .click();
      await expect(standing(panel)).toHaveText('The run was cancelled.', {
        timeout: 60000
      });
      await expect(runButton(panel)).toBeEnabled();
    }
  );

  test('that fails leads to the cell and to the executed notebook', async ({
    page,
    tmpPath
  }) => {
    test.setTimeout(2 * RUN);
    await open(page, writeNotebook(`${tmpPath}/failing.ipynb`, SMALL));
    const panel = await openPanel(page);
    await panel.getByLabel('fails').check();
    await runButton(panel).click();
    await expect(standing(panel)).toHaveText(
      'The run failed in the stage wait.',
      { timeout: RUN }
    );
    await expect(panel.locator('.jp-Nb2pipe-failure')).toContainText(
      'ValueError: as asked'
    );
    const toast = page.locator('.Toastify__toast', {
      hasText: 'failing.ipynb: wait failed: ValueError: as asked'
    });
    await toast.getByRole('button', { name: 'Show failing cell' }).click();
    await expect(cell(page, 3)).toHaveClass(/jp-mod-active/);
    await expect(page.locator('#jp-main-statusbar')).toContainText('Ln 3');
    await panel
      .getByRole('button', { name: 'Open executed notebook' })
      .first()
      .click();
    const executed = page.locator(
      '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook'
    );
    await expect(executed).toContainText('ValueError');
    const [place, isWritable] = await page.evaluate(() => {
      const { context } = window.jupyterapp.shell
        .currentWidget as unknown as IOpened;
      return [context.path, context.contentsModel.writable];
    });
    expect(place).toMatch(/^nb2pipe:.*\.nb2pipe\/runs\/.*\/wait\.ipynb$/);
    expect(isWritable).toBe(false);
    await expect(standing(panel)).toHaveText(
      'The run failed in the stage wait.'
    );
  });

  test('is remembered, also when it was started from a terminal', async ({
    page,
    tmpPath
  }) => {
    test.setTimeout(3 * RUN);
    const file = writeNotebook(`${tmpPath}/past.ipynb`, SMALL);
    await open(page, file);
    const panel = await openPanel(page);
    await panel.getByRole('button', { name: 'Past runs' }).click();
    await expect(
      panel.getByText('This notebook has not been run by nb2pipe yet.')
    ).toBeVisible();
    runInTerminal(file, '-p', 'seconds', '0.3');
    await panel.getByRole('button', { name: 'Refresh' }).click();
    const past = panel.locator('.jp-Nb2pipe-past > li');
    await expect(past).toHaveCount(1);
    await past.locator('summary').click();
    await expect(past.getByRole('table', { name: 'Parameters' })).toContainText(
      '0.3'
    );
    await expect(past.getByRole('table', { name: 'Metrics' })).toContainText(
      '4.5'
    );
    await expectAccessible(page);

    await past
      .getByRole('button', { name: 'Run again with these parameters' })
      .click();
    await expect(panel.getByLabel('seconds', { exact: true })).toHaveValue(
      '0.3'
    );
    await expect(standing(panel)).toHaveText(
      'The run succeeded: 0 ran, 3 reused.',
      { timeout: RUN }
    );
    await expect(past).toHaveCount(2);

    // The viewer asks for the file's address first: with a slow answer the report stayed empty.
    const files = /nb2pipe\/files\?/;
    let asked = 0;
    await page.route(files, async route => {
      asked += 1;
      await new Promise(resolve => setTimeout(resolve, 1000 / asked ** 2));
      await route.continue();
    });
    await past.last().getByRole('button', { name: 'Open report' }).click();
    const report = page.frameLocator('.jp-HTMLViewer iframe');
    await expect(report.locator('body')).toContainText('begin');
    await page.unroute(files);
  });

  test('is refused before it begins when an import is missing', async ({
    page,
    tmpPath
  }) => {
    const file = writeNotebook(`${tmpPath}/lacking.ipynb`, [
      ['code', 'import module_that_nobody_has', 'setup'],
      ['code', 'x = module_that_nobody_has.one()', 'stage:first']
    ]);
    await open(page, file);
    await page.route('**/nb2pipe/environment', async route => {
      await new Promise(resolve => setTimeout(resolve, 1000));
      await route.continue();
    });
    const panel = await openPanel(page);
    const looking = panel.getByRole('button', {
      name: 'Looking at the environment…'
    });
    const refusal = panel.getByRole('alert');
    const reason =
      'imports what the kernel’s environment lacks: module_that_nobody_has.';

    await test.step('asked for while the environment is looked at', async () => {
      await expect(looking).toBeVisible();
      await page.evaluate(() =>
        window.jupyterapp.commands.execute('nb2pipe:run')
      );
      await expect(refusal).toContainText(reason, { timeout: 30000 });
    });
    await expect(
      panel.getByText('module_that_nobody_has is missing')
    ).toBeVisible();
    await runButton(panel).click();
    await expect(refusal).toHaveCount(0);
    await expect(refusal).toContainText(reason);
    await expect(stageRow(panel, 'first')).toHaveCount(0);
  });
});
