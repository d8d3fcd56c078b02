import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';

import { Announcer } from './announcer';
import { Badges } from './badges';
import { addToPalette, offerStages } from './menus';
import type { IPanelContext } from './panel/context';
import { addPanelCommands } from './panelcommands';
import { followRuns } from './run/following';
import { Jobs } from './run/jobs';
import { Client } from './server';
import { SidePanel } from './sidepanel';
import { addTagCommands } from './tagcommands';
import { PLUGIN_ID, TRANSLATION_DOMAIN } from './tokens';
import { PipelineTracker } from './tracker';

/** Where the panel stands among those at the right side. */
const RANK = 600;

/** Tag, see, convert and run pipelines. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Tags cells as stages of a pipeline, shows, converts and runs it.',
  autoStart: true,
  requires: [INotebookTracker, IDocumentManager],
  optional: [ICommandPalette, ILayoutRestorer, ISettingRegistry, ITranslator],
  activate
};

function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  docManager: IDocumentManager,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  settings: ISettingRegistry | null,
  translator: ITranslator | null
): void {
  const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
  const client = new Client(app.serviceManager.serverSettings);
  const context: IPanelContext = {
    app,
    client,
    docManager,
    trans,
    tracker: new PipelineTracker({ client, notebooks }),
    jobs: new Jobs({ client, stream: app.serviceManager.events.stream })
  };
  followRuns(context);
  addBadges(context);
  addSidePanel(context, restorer);
  const { tracker } = context;
  addTagCommands({ app, tracker, trans, announcer: new Announcer() });
  offerStages(app, tracker);
  if (palette) {
    addToPalette(palette, trans);
  }
  // The schema declares toolbar buttons, context menu and shortcuts; they come with the settings.
  settings?.load(PLUGIN_ID).catch((error: unknown) => {
    console.error(`The settings of ${PLUGIN_ID} could not be loaded.`, error);
  });
}

/** Make a pipeline of every notebook that is opened, and show it on its cells. */
function addBadges({ app, tracker, trans }: IPanelContext): void {
  app.docRegistry.addWidgetExtension('Notebook', {
    createNew(panel: NotebookPanel) {
      const resources = new DisposableSet();
      resources.add(tracker.add(panel));
      const document = tracker.get(panel);
      if (document) {
        resources.add(new Badges(document, trans));
      }
      return resources;
    }
  });
}

function addSidePanel(
  context: IPanelContext,
  restorer: ILayoutRestorer | null
): void {
  const side = new SidePanel(context);
  restorer?.add(side, side.id);
  context.app.shell.add(side, 'right', { rank: RANK });
  addPanelCommands(context, side);
}

export default plugin;
