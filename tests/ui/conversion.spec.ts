import * as fs from 'node:fs';
import * as path from 'node:path';

import {
  copyExample,
  expect,
  open,
  openPanel,
  ROOT,
  test,
  writeNotebook
} from './fixtures';
import { byPalette, expectAccessible, RUN, SMALL, tabTo } from './runs';

test.describe('converting the notebook', () => {
  test('of the example: previewed, written, opened', async ({
    page,
    tmpPath
  }) => {
    test.setTimeout(3 * RUN);
    const file = copyExample(tmpPath);
    const folder = path.posix.dirname(file);
    const onDisk = (name: string) => path.join(ROOT, folder, name);
    // As a clone has it before anything was converted.
    fs.rmSync(onDisk('.github'), { recursive: true, force: true });
    await open(page, file);
    const panel = await openPanel(page);
    await panel.getByRole('button', { name: 'Convert', exact: true }).click();
    const section = panel.locator('.jp-Nb2pipe-conversion');
    await section.getByRole('button', { name: /^Preview/ }).click();
    await expect(section.getByText(/churn .* files would change/)).toBeVisible({
      timeout: RUN
    });
    const train = section.locator(
      `li[data-path="${folder}/churn/churn/train.py"]`
    );
    await train.locator('summary').click();
    const diff = train.getByRole('group', { name: /^Changes of/ });
    await expect(diff).toContainText('def train(');
    await expect(diff.locator('ins').first()).toBeVisible();
    expect(fs.existsSync(onDisk('churn'))).toBe(false);
    await expectAccessible(page);

    await section.getByRole('button', { name: 'Write these files' }).click();
    await expect(section.getByText(/files written/)).toBeVisible({
      timeout: RUN
    });
    expect(fs.readFileSync(onDisk('churn/churn/train.py'), 'utf-8')).toContain(
      'def train('
    );
    await train.getByRole('button', { name: /^Open/ }).click();
    await expect(
      page.locator('.jp-FileEditor:visible .cm-content')
    ).toContainText('def train(');
    const workflow = `${folder}/.github/workflows/nb2pipe-churn.yml`;
    await section.getByRole('button', { name: `Open ${workflow}` }).click();
    await expect(
      page.locator('.jp-FileEditor:visible .cm-content')
    ).toContainText('nb2pipe churn');

    await section.getByRole('button', { name: 'Preview again' }).click();
    await expect(section.getByText('everything is up to date')).toBeVisible({
      timeout: RUN
    });
  });

  test('by keyboard alone; what was edited by hand is kept', async ({
    page,
    tmpPath
  }) => {
    test.setTimeout(3 * RUN);
    const file = writeNotebook(`${tmpPath}/keys.ipynb`, SMALL);
    // The top of the repository, and so the workflow, lies above the server's root.
    const repository = path.join(ROOT, '../.git');
    fs.mkdirSync(repository, { recursive: true });
    await open(page, file);
    await byPalette(page, 'Convert into a Project');
    const section = page.locator('.jp-Nb2pipe-conversion');
    const write = section.getByRole('button', { name: 'Write these files' });
    await expect(write).toBeVisible({ timeout: RUN });
    const summary = section.locator('summary', { hasText: 'keys/begin.py' });
    await tabTo(page, summary);
    await page.keyboard.press('Enter');
    await expect(
      section.getByRole('group', { name: /begin\.py$/ })
    ).toContainText('numbers = list(range(10))');
    await page.keyboard.press('Enter');
    await tabTo(page, section.getByRole('button', { name: 'Preview again' }));
    await tabTo(page, write);
    await page.keyboard.press('Enter');
    await expect(section.getByText(/files written/)).toBeVisible({
      timeout: RUN
    });

    const rest = section.locator('.jp-Nb2pipe-rest');
    await expect(rest).toContainText(/nb2pipe convert .*keys\.ipynb/);
    await tabTo(page, rest.getByRole('button', { name: 'Copy' }));
    await page.keyboard.press('Enter');
    await expect(rest.getByRole('status')).toHaveText('Copied.');
    expect(fs.existsSync(path.join(ROOT, '../.github'))).toBe(false);

    const module = path.join(ROOT, tmpPath, 'keys/keys/begin.py');
    const mine = `${fs.readFileSync(module, 'utf-8')}\nMINE = 1\n`;
    fs.writeFileSync(module, mine);
    await tabTo(page, section.getByRole('button', { name: 'Preview again' }));
    await page.keyboard.press('Enter');
    await expect(section.getByText('edited by hand').first()).toBeVisible({
      timeout: RUN
    });
    await expect(write).toBeDisabled();
    await expect(section).toContainText('Writing would undo those edits.');
    expect(fs.readFileSync(module, 'utf-8')).toBe(mine);
    await tabTo(page, section.getByRole('checkbox'));
    await page.keyboard.press('Space');
    await tabTo(page, write);
    await page.keyboard.press('Enter');
    await expect(section.getByText(/file written/)).toBeVisible({
      timeout: RUN
    });
    expect(fs.readFileSync(module, 'utf-8')).not.toContain('MINE');
    fs.rmdirSync(repository);
  });

  test('is refused without loss, and says where the error is', async ({
    page,
    tmpPath
  }) => {
    const file = writeNotebook(`${tmpPath}/wrong.ipynb`, [
      ['code', 'x = (i for i in range(3))', 'stage:first'],
      ['code', 'y = list(x)', 'stage:second']
    ]);
    await open(page, file);
    const panel = await openPanel(page);
    await panel.getByRole('button', { name: 'Convert', exact: true }).click();
    const section = panel.locator('.jp-Nb2pipe-conversion');
    await section.getByRole('button', { name: /^Preview/ }).click();
    const refusal = section.getByRole('alert');
    await expect(refusal).toBeVisible({ timeout: 30000 });
    await expect(refusal.getByRole('button', { name: /^cell/ })).toBeVisible();
    expect(fs.existsSync(path.join(ROOT, tmpPath, 'wrong'))).toBe(false);
  });
});
