import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';

import style from '../style/start.raw.css';
import { Badges } from './badges';
import { FilesDrive } from './drive';
import { LazyContext, type StartContext } from './lazycontext';
import { addToPalette, offerStages } from './menus';
import { addPanelCommands } from './panelcommands';
import { SidePanel } from './sidepanel';
import { addTagCommands } from './tagcommands';
import { DRIVE, PLUGIN_ID, TRANSLATION_DOMAIN } from './tokens';
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
  optional: [
    ICommandPalette,
    ILayoutRestorer,
    ISettingRegistry,
    IStateDB,
    ITranslator
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  docManager: IDocumentManager,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  settings: ISettingRegistry | null,
  state: IStateDB | null,
  translator: ITranslator | null
): void {
  addStyle();
  const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
  const { serverSettings, contents } = app.serviceManager;
  contents.addDrive(new FilesDrive(serverSettings, trans));
  const tracker = new PipelineTracker(notebooks);
  const start = { app, docManager, state, trans, tracker };
  addBadges(start);
  addSidePanel(start, restorer);
  addTagCommands(app.commands, start);
  offerStages(app, tracker);
  if (palette) {
    addToPalette(palette, trans);
  }
  // The schema declares toolbar buttons, context menu and shortcuts; they come with the settings.
  settings?.load(PLUGIN_ID).catch((error: unknown) => {
    console.error(`The settings of ${PLUGIN_ID} could not be loaded.`, error);
  });
}

/** Put the little style sheet there that is needed before the panel's is loaded with the panel. */
function addStyle(): void {
  const node = document.createElement('style');
  node.textContent = style;
  document.head.append(node);
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
