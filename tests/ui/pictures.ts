import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { expect } from './fixtures';

/**
 * Compare JupyterLab with a picture of the README; `jlpm pictures` takes the pictures anew.
 *
 * Letters differ from machine to machine, so a tenth of the picture may. What the picture shows is
 * for the test to expect beforehand.
 *
 * @param page - JupyterLab, with everything in place.
 * @param name - The picture's name in `docs/`.
 */
export async function expectPicture(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  await page.sidebar.close('left');
  // Toasts come and go; the pointer would leave something highlighted.
  const hiding = await page.addStyleTag({
    content: '.Toastify { display: none; }'
  });
  await page.mouse.move(0, 0);
  await expect(page).toHaveScreenshot(`${name}.png`, {
    animations: 'disabled',
    caret: 'hide',
    maxDiffPixelRatio: 0.1,
    timeout: 30_000
  });
  await hiding.evaluate(node => (node as Element).remove());
}
