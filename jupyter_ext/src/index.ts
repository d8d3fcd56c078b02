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

import { Badges } from './badges';
import { DRIVE, FilesDrive } from './drive';
import { LazyContext, type StartContext } from './lazycontext';
import { addToPalette, offerStages } from './menus';
import { addPanelCommands } from './panelcommands';
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
  description:
    'Tags cells as stages of a pipeline, shows, converts and runs it.',
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
  const { serverSettings, contents } = app.serviceManager;
  const client = new Client(serverSettings);
  contents.addDrive(new FilesDrive(client, serverSettings));
  const tracker = new PipelineTracker({ client, notebooks });
  const start = { app, client, docManager, trans, tracker };
  addBadges(start);
  addSidePanel(start, restorer);
  addTagCommands({ commands: app.commands, tracker, trans });
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
function addBadges({ app, tracker, trans }: StartContext): void {
  app.docRegistry.addWidgetExtension('Notebook', {
    createNew(panel: NotebookPanel) {
      const { contents } = app.serviceManager;
      if (contents.driveName(panel.context.path) === DRIVE) {
        // What came of a stage is no pipeline, and is there to be read.
        const { sessionContext } = panel;
        sessionContext.kernelPreference = {
          ...sessionContext.kernelPreference,
          shouldStart: false,
          autoStartDefault: false
        };
        return;
      }
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
  start: StartContext,
  restorer: ILayoutRestorer | null
): void {
  const context = new LazyContext(start);
  void context.watch();
  const side = new SidePanel(context);
  restorer?.add(side, side.id);
  start.app.shell.add(side, 'right', { rank: RANK });
  addPanelCommands(context, side);
}

export default plugin;
