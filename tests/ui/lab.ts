import {
  galata,
  type IJupyterLabPageFixture,
  test as plainTest
} from '@jupyterlab/galata';
import { JupyterLabPage } from '@jupyterlab/galata/lib/jupyterlabpage';
import type { Widget } from '@lumino/widgets';

/** How long JupyterLab may take to start, in milliseconds: the test kit's 15 s are few on a busy machine. */
const PATIENCE = 60_000;

const { waitForCondition } = JupyterLabPage.prototype;
JupyterLabPage.prototype.waitForCondition = function (
  condition,
  timeout = PATIENCE
) {
  return waitForCondition.call(this, condition, timeout);
};

/** A test whose JupyterLab nobody has used before. */
export const freshTest = plainTest;

/**
 * A test of JupyterLab in a page that others have used before and left tidy: to load JupyterLab
 * takes longer than what most tests do. After a test that failed comes a new page.
 */
export const test = plainTest.extend<object, { lab: IJupyterLabPageFixture }>({
  lab: [
    async ({ browser }, provide, { project }) => {
      const { baseURL = '', viewport } = project.use;
      const context = await browser.newContext({ baseURL, viewport });
      const page = await galata.initTestPage(
        '/lab',
        false,
        baseURL,
        true,
        galata.DEFAULT_SETTINGS,
        true,
        true,
        await context.newPage(),
        null,
        null,
        '',
        untilReady,
        null,
        true
      );
      await page.goto();
      await provide(page);
      await context.close();
    },
    { scope: 'worker', timeout: 3 * PATIENCE }
  ],
  // What a test has open is closed before its folder, which comes first, is removed.
  page: async ({ lab, tmpPath }, provide) => {
    void tmpPath;
    await provide(lab);
    await tidy(lab);
  }
});

async function untilReady(
  page: IJupyterLabPageFixture | JupyterLabPage['page'],
  helpers: Pick<JupyterLabPage, 'waitForCondition' | 'activity'>
): Promise<void> {
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await helpers.waitForCondition(() =>
    helpers.activity.isTabActive('Launcher')
  );
}

/** The parts of JupyterLab's shell that its interface leaves out. */
interface IShell {
  widgets(area: 'main'): Iterable<Widget>;
  collapseRight(): void;
}

/** Close what is open, end what runs, and let nothing lie over the page. */
async function tidy(page: IJupyterLabPageFixture): Promise<void> {
  await page.keyboard.press('Escape');
  await page.evaluate(async () => {
    const { shell, serviceManager } = window.jupyterapp;
    const { widgets, collapseRight } = shell as unknown as IShell;
    for (const widget of [...widgets.call(shell, 'main')]) {
      // Closing would ask whether to save.
      widget.dispose();
    }
    collapseRight.call(shell);
    await serviceManager.sessions.shutdownAll();
    document
      .querySelectorAll<HTMLElement>('.jp-Notification-Toast-Close')
      .forEach(button => button.click());
  });
  await page.theme.setLightTheme();
}
