import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Menu } from '@lumino/widgets';

import { CommandIDs } from './tokens';
import type { PipelineTracker } from './tracker';

/** The submenu of a cell's context menu, as the settings' schema declares it. */
const CELL_MENU = 'jp-contextmenu-nb2pipe';

/** Put our commands into the palette. */
export function addToPalette(
  palette: ICommandPalette,
  trans: TranslationBundle
): void {
  const category = trans.__('Pipeline');
  for (const command of Object.values(CommandIDs)) {
    // Without a stage it asks for one, as another command of the palette does.
    if (command !== CommandIDs.setStage) {
      palette.addItem({ command, category });
    }
  }
}

/**
 * Offer the stages of the notebook in a cell's context menu.
 *
 * @param app - The application, whose menu is filled whenever it opens.
 * @param tracker - Knows the notebook.
 */
export function offerStages(
  app: JupyterFrontEnd,
  tracker: PipelineTracker
): void {
  let offered: Menu.IItem[] = [];
  app.contextMenu.opened.connect(contextMenu => {
    const menu = contextMenu.menu.items.find(
      item => item.type === 'submenu' && item.submenu?.id === CELL_MENU
    )?.submenu;
    if (!menu) {
      return;
    }
    offered.forEach(item => menu.removeItem(item));
    const stages = tracker.current?.tagging.stages ?? [];
    offered = stages.map((stage, index) =>
      menu.insertItem(index, {
        command: CommandIDs.setStage,
        args: { stage }
      })
    );
  });
}
