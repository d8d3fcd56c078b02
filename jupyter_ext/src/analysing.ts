import { Analyser } from './analyser';
import { notebookContent } from './content';
import { oncePerNotebook } from './task';

/** What asks for the analysis of a notebook and puts it there: one, whoever looks at it. */
export const analyserOf = oncePerNotebook((context, document) => {
  const analyser = new Analyser({
    client: context.client,
    request: () => ({
      path: document.path,
      content: notebookContent(document.model)
    })
  });
  analyser.changed.connect(({ analysis, failure }) => {
    document.answer = { analysis, failure };
  });
  document.contentChanged.connect(analyser.touch, analyser);
  document.disposed.connect(analyser.dispose, analyser);
  return analyser;
});
