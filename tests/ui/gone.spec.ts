import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Page } from '@playwright/test';
import * as fs from 'node:fs';
import * as path from 'node:path';

import { expect, open, openPanel, ROOT, test, writeNotebook } from './fixtures';
import { RUN, runButton, SMALL } from './runs';
import { expand, link, typeInto } from './sidepanel';

const GONE = 'the notebook is not there any more';

/** Wait until the kernel has noted its version in the notebook, and save that. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { sessionContext, context } = window.jupyterapp.shell
      .currentWidget as NotebookPanel;
    await sessionContext.ready;
    await sessionContext.session?.kernel?.info;
    await context.save();
  });
}

test('goes on with a notebook whose file is deleted, and says what to do', async ({
  page,
  tmpPath
}) => {
  const file = writeNotebook(`${tmpPath}/gone.ipynb`, SMALL);
  await open(page, file);
  const panel = await openPanel(page);
  await expect(link(panel, 'begin', 'wait')).toBeVisible();
  await settle(page);
  // As a terminal does.
  fs.rmSync(path.join(ROOT, file));
  const conversion = await expand(panel, 'conversion');
  await conversion.getByRole('button', { name: /^Preview/ }).click();
  await expect(conversion.getByRole('alert')).toContainText(GONE);
  await runButton(panel).click();
  const refusal = panel.locator('.jp-Nb2pipe-run').getByRole('alert');
  await expect(refusal).toContainText(GONE);
  await expect(refusal).toContainText('Save it to write it there again');
  await typeInto(page, 4, '\nnumbers');
  await expect(link(panel, 'begin', 'tell')).toContainText('numbers');

  // With changes it is saved before it is converted, and so is there again.
  await conversion.getByRole('button', { name: /^Preview/ }).click();
  await expect(conversion.getByText(/files would change/)).toBeVisible({
    timeout: RUN
  });
  await expect(conversion.getByRole('alert')).toHaveCount(0);

  // With its folder gone it cannot be saved.
  fs.rmSync(path.dirname(path.join(ROOT, file)), { recursive: true });
  await typeInto(page, 4, ' + [1]');
  await conversion.getByRole('button', { name: /^Preview/ }).click();
  await expect(conversion.getByRole('alert')).toContainText(
    'The notebook was not saved, so nothing was done'
  );
});
