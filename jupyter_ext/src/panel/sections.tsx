import * as React from 'react';

import { ConversionSection } from '../conversion';
import type { IAnalysis } from '../protocol';
import { RunSection, RunsSection } from '../run';
import type { IRunState } from '../run/state';
import type { ITagging } from '../tagging';

import { useColors } from './colors';
import type { ISectionProps } from './context';
import { Findings } from './findings';
import { type IRequests, useOpenSections } from './opening';
import { Parameters } from './parameters';
import { Section } from './section';
import { Stages } from './stages';
import { Suggest } from './suggestion';
import { countFindings, Summary } from './summary';
import { Tagger } from './tagger';

/** The graph with its layout library is loaded when a graph is first shown. */
const Graph = React.lazy(() => import('../graph'));

interface ISectionsProps extends ISectionProps {
  analysis: IAnalysis;
  tagging: ITagging;
  run: IRunState | null;
  requests: IRequests;
}

/** All parts of the panel, for a notebook that has a pipeline. */
export const Sections = React.memo(function Sections(
  props: ISectionsProps
): React.JSX.Element {
  const { context, document, analysis, tagging, run, requests } = props;
  const { trans } = context;
  const section = { context, document };
  const { isOpen, toggle, asked } = useOpenSections(
    requests,
    tagging.stages.length
  );
  const colors = useColors(tagging.stages);
  const frame = (name: string, title: string, note = '') => ({
    name,
    title,
    note,
    open: isOpen(name),
    onToggle: toggle
  });
  const { errors, warnings } = countFindings(analysis);
  return (
    <>
      <Summary {...{ analysis, trans }} />
      <Section {...frame('tag', trans.__('Tag cells'))}>
        <Tagger {...section} stages={tagging.stages} />
      </Section>
      <Section {...frame('suggest', trans.__('Suggest stages'))}>
        <Suggest {...{ ...section, asked }} />
      </Section>
      <Section {...frame('graph', trans.__('Graph'))}>
        {analysis.stages.length === 0 ? (
          <p>{trans.__('No cell is tagged as a stage yet.')}</p>
        ) : (
          <React.Suspense fallback={<p>{trans.__('Drawing the graph…')}</p>}>
            <Graph {...{ ...section, analysis, run, colors }} />
          </React.Suspense>
        )}
      </Section>
      <Section
        {...frame('stages', trans.__('Stages'), String(analysis.stages.length))}
      >
        <Stages {...{ ...section, analysis, run }} />
      </Section>
      <Section
        {...frame('findings', trans.__('Findings'), String(errors + warnings))}
      >
        <Findings {...{ ...section, analysis }} />
      </Section>
      <Section
        {...frame(
          'parameters',
          trans.__('Parameters'),
          String(analysis.parameters.length)
        )}
      >
        <Parameters {...{ ...section, analysis }} />
      </Section>
      <Section {...frame('run', trans.__('Run'))}>
        <RunSection {...section} />
      </Section>
      <Section {...frame('runs', trans.__('Past runs'))}>
        <RunsSection {...section} />
      </Section>
      <Section {...frame('conversion', trans.__('Convert'))}>
        <ConversionSection {...section} />
      </Section>
    </>
  );
});
