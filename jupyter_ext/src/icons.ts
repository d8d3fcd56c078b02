import { LabIcon } from '@jupyterlab/ui-components';

/** A pipeline: three stages, two edges. */
export const pipelineIcon = new LabIcon({
  name: 'nb2pipe:pipeline',
  svgstr: drawing(
    '<path d="M8 6h4a2 2 0 0 1 2 2v0M8 18h4a2 2 0 0 0 2-2v0" fill="none" stroke-width="1.8" class="jp-icon3" stroke="#616161"/>' +
      '<circle cx="5" cy="6" r="3"/><circle cx="5" cy="18" r="3"/><circle cx="17" cy="12" r="4"/>'
  )
});

/** A label: a cell is tagged as a stage. */
export const stageIcon = new LabIcon({
  name: 'nb2pipe:stage',
  svgstr: drawing(
    '<path d="M3 5a2 2 0 0 1 2-2h7l9 9-8.5 8.5L3 12zm4.5 4a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z" fill-rule="evenodd"/>'
  )
});

function drawing(content: string): string {
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    `<g class="jp-icon3 jp-icon-selectable" fill="#616161">${content}</g></svg>`
  );
}
