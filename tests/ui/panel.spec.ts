import {
  activate,
  cell,
  copyExample,
  expect,
  open,
  openPanel,
  save,
  savedTags,
  test,
  writeNotebook
} from './fixtures';
import {
  expand,
  expectShown,
  link,
  section,
  stage,
  tabTo,
  typeInto
} from './sidepanel';

test.describe('the side panel', () => {
  test('shows the graph of the example, and why a link is there', async ({
    page,
    tmpPath
  }) => {
    await open(page, copyExample(tmpPath));
    const panel = await openPanel(page);
    await expect(panel.locator('.jp-Nb2pipe-node')).toHaveCount(8);
    await expect(link(panel, 'split', 'train')).toContainText(
      'X_train, y_train'
    );
    await expect(link(panel, 'evaluate', 'report')).toContainText('+1');
    await link(panel, 'split', 'train').locator('text').click();
    const why = panel.getByRole('region', {
      name: 'Why train comes after split'
    });
    await expect(why.getByRole('listitem')).toHaveCount(2);
    await expect(why).toContainText('made, then read');
    await why.getByRole('button', { name: 'cell 23' }).first().click();
    await expectShown(page, 22);
    await stage(panel, 'features').click();
    const features = panel.getByRole('region', { name: 'Stage features' });
    await expect(features).toContainText('orders');
    await expect(features).toContainText('months');
  });

  test('by keyboard alone: open, walk the graph, go to a cell', async ({
    page,
    tmpPath
  }) => {
    await open(page, copyExample(tmpPath));
    await activate(page, 0);
    await page.keyboard.press('n');
    await page.keyboard.press('g');
    const panel = page.locator('#nb2pipe-panel');
    await stage(panel, 'load').waitFor();
    await tabTo(page, stage(panel, 'load'));
    await page.keyboard.press('ArrowDown');
    await expect(stage(panel, 'features')).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await expect(stage(panel, 'features')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(stage(panel, 'features')).toHaveAttribute(
      'aria-expanded',
      'true'
    );
    await page.keyboard.press('Escape');
    await tabTo(page, link(panel, 'load', 'features'), 'Shift+Tab');
    await page.keyboard.press('Enter');
    const why = panel.getByRole('region', {
      name: 'Why features comes after load'
    });
    await tabTo(page, why.getByRole('button', { name: 'cell 13' }));
    await page.keyboard.press('Enter');
    await expectShown(page, 12);
    await expect(cell(page, 12)).toBeFocused();
  });

  test('follows what is typed', async ({ page, tmpPath }) => {
    const file = writeNotebook(`${tmpPath}/live.ipynb`, [
      ['code', 'x = [1]\ny = [2]', 'stage:load'],
      ['code', 'z = x + [3]', 'stage:train']
    ]);
    await open(page, file);
    const panel = await openPanel(page);
    await expect(link(panel, 'load', 'train').locator('text')).toHaveText('x');
    await typeInto(page, 1, ' + y');
    await expect(link(panel, 'load', 'train').locator('text')).toHaveText(
      'x, y'
    );
    await typeInto(page, 1, '\nz = (');
    await expect(section(panel, 'findings').getByText('✗ Error')).toBeVisible();
    await expect(
      panel.getByRole('status').filter({ hasText: '1 error' })
    ).toHaveCount(1);
  });

  test('lists each stage with all that the graph says', async ({
    page,
    tmpPath
  }) => {
    await open(page, copyExample(tmpPath));
    const panel = await openPanel(page);
    const stages = await expand(panel, 'stages');
    await stages.getByRole('button', { name: /^train/ }).click();
    const train = stages.locator('li[data-stage="train"]');
    await expect(train).toContainText(
      'A logistic regression on the logarithms'
    );
    for (const name of ['X_train', 'y_train', 'model', 'C', 'scoring']) {
      await expect(
        train.locator('code', { hasText: name }).first()
      ).toBeVisible();
    }
    await expect(train.locator('.jp-Nb2pipe-reasons li')).toHaveCount(2);
    await train.getByRole('button', { name: 'Select cells' }).click();
    await expectShown(page, 22);
    await expect(cell(page, 22)).toHaveClass(/jp-mod-selected/);
    await expect(cell(page, 23)).toHaveClass(/jp-mod-selected/);
    await expect(page.locator('.jp-Cell.jp-mod-selected')).toHaveCount(2);
  });

  test('goes to a cell that is far out of sight', async ({ page, tmpPath }) => {
    const file = writeNotebook(`${tmpPath}/long.ipynb`, [
      ...Array.from({ length: 120 }, (_, index): ['code', string, string] => [
        'code',
        `a${index} = ${index}\nb${index} = a${index}`,
        'stage:first'
      ]),
      ['code', 'c = b119\n\n\nc = (', 'stage:last']
    ]);
    await open(page, file);
    const panel = await openPanel(page);
    const findings = section(panel, 'findings');
    await findings.getByRole('button', { name: /cell 121, line/ }).click();
    await expectShown(page, 120);
    await expect(cell(page, 120).locator('.cm-content')).toBeFocused();
  });

  test('applies a fix as one step that can be undone', async ({
    page,
    tmpPath
  }) => {
    const file = writeNotebook(`${tmpPath}/fix.ipynb`, [
      ['code', 'x = [1]', 'stage:load'],
      ['code', 'y = x', 'stge:train']
    ]);
    await open(page, file);
    const panel = await openPanel(page);
    const findings = section(panel, 'findings');
    await expect(findings).toContainText('unknown tag stge:train');
    await findings.getByRole('button', { name: /^Fix/ }).click();
    await expect(stage(panel, 'train')).toBeVisible();
    await expect(findings).toContainText('Nothing was found.');
    await activate(page, 1);
    await page.keyboard.press('z');
    await expect(findings).toContainText('unknown tag stge:train');
    await page.keyboard.press('Shift+Z');
    await expect(stage(panel, 'train')).toBeVisible();
    await save(page);
    expect(savedTags(file)).toEqual([['stage:load'], ['stage:train']]);
  });

  test('tags the selected cells', async ({ page, tmpPath }) => {
    const file = writeNotebook(`${tmpPath}/tag.ipynb`, [
      ['code', 'x = [1]'],
      ['code', 'y = x']
    ]);
    await open(page, file);
    const panel = await openPanel(page);
    await activate(page, 0);
    const name = panel.getByRole('combobox', {
      name: 'Stage of the selected cells'
    });
    await name.fill('load');
    await name.press('Enter');
    await expect(cell(page, 0)).toHaveAttribute('data-nb2pipe-badge', 'load');
    await activate(page, 1);
    await name.fill('train');
    await panel.getByRole('button', { name: 'Tag', exact: true }).click();
    await expect(link(panel, 'load', 'train')).toContainText('x');
  });

  test('says that the server failed, and recovers at its next answer', async ({
    page,
    tmpPath
  }) => {
    const file = writeNotebook(`${tmpPath}/failing.ipynb`, [
      ['code', 'x = [1]\ny = [2]', 'stage:load'],
      ['code', 'z = x', 'stage:train']
    ]);
    // Nothing that we know of makes the server part fail, so its answer is replaced.
    const analysis = /\/nb2pipe\/analysis/;
    const failure = { status: 500, body: '<html>Oops</html>' };
    await page.route(analysis, route => route.fulfill(failure));
    await open(page, file);
    const panel = await openPanel(page);
    await expect(panel).toContainText('500 Internal Server Error');
    await expect(panel).toContainText('The server’s log says more.');
    await page.unroute(analysis);
    await panel.getByRole('button', { name: 'Try again' }).click();
    await expect(link(panel, 'load', 'train').locator('text')).toHaveText('x');

    await page.route(analysis, route => route.fulfill(failure));
    await typeInto(page, 1, ' + y');
    await expect(panel).toContainText('500 Internal Server Error');
    // What was known before stays.
    await expect(link(panel, 'load', 'train').locator('text')).toHaveText('x');
    await page.unroute(analysis);
    await page.keyboard.type(' + y');
    await expect(link(panel, 'load', 'train').locator('text')).toHaveText(
      'x, y'
    );
    await expect(panel).not.toContainText('500 Internal Server Error');
  });

  for (const [what, cells, text] of [
    ['an empty notebook', [['code', '']], 'has no cells with text'],
    ['Markdown only', [['markdown', '# Title']], 'has text but no code'],
    ['one cell', [['code', 'x = 1']], 'No cell is tagged as a stage yet']
  ] as const) {
    test(`says what is the matter with ${what}`, async ({ page, tmpPath }) => {
      const file = writeNotebook(
        `${tmpPath}/state.ipynb`,
        cells.map(([type, source]) => [type, source])
      );
      await open(page, file);
      await expect(await openPanel(page)).toContainText(text);
    });
  }

  test('says that no notebook is open', async ({ page }) => {
    await expect(await openPanel(page)).toContainText('No notebook is open');
  });
});
