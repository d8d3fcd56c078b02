/** The id of the plugin, of its settings and of its shortcuts. */
export const PLUGIN_ID = 'jupyterlab-nb2pipe:plugin';

/** The id of the side panel. */
export const PANEL_ID = 'nb2pipe-panel';

/** The name of the drive of hidden files, before the colon of its paths. */
export const DRIVE = 'nb2pipe';

/** The namespace of our routes under the server's base address. */
export const NAMESPACE = 'nb2pipe';

/** The domain of the translations. */
export const TRANSLATION_DOMAIN = 'jupyterlab_nb2pipe';

/** The ids of the commands. */
export namespace CommandIDs {
  /** Make the selected cells the stage `{stage}`; of `{cells}`, where given. */
  export const setStage = 'nb2pipe:set-stage';
  /** Ask for the stage of the selected cells: one that is there, or a new name. */
  export const pickStage = 'nb2pipe:pick-stage';
  /** Rename the stage `{stage}`, or that of the active cell, everywhere. */
  export const renameStage = 'nb2pipe:rename-stage';
  /** Take every tag of ours from the selected cells. */
  export const clearStage = 'nb2pipe:clear-stage';
  /** Mark the selected cells as those of the parameters. */
  export const setParameters = 'nb2pipe:set-parameters';
  /** Mark the selected cells as setup. */
  export const setSetup = 'nb2pipe:set-setup';
  /** Mark the selected cells as metrics, or as none. */
  export const setMetrics = 'nb2pipe:set-metrics';
  /** Leave the selected cells out of the pipeline. */
  export const setSkip = 'nb2pipe:set-skip';
  /** Show the side panel. */
  export const openPanel = 'nb2pipe:open-panel';
  /** Propose stages. */
  export const suggest = 'nb2pipe:suggest-stages';
  /** Run the pipeline. */
  export const run = 'nb2pipe:run';
  /** Run the pipeline up to the stage `{stage}`, or that of the active cell. */
  export const runToStage = 'nb2pipe:run-to-stage';
  /** End the run that goes on. */
  export const cancelRun = 'nb2pipe:cancel-run';
  /** Show past runs. */
  export const showRuns = 'nb2pipe:show-runs';
  /** Preview the conversion into a project. */
  export const convert = 'nb2pipe:convert';
}
