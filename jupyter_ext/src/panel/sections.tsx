import * as React from 'react';

import { ConversionSection } from '../conversion';
import type { IAnalysis } from '../protocol';
import { RunSection, RunsSection } from '../run';
import type { IRunState } from '../run/state';
import type { ITagging } from '../tagging';

import type { ISectionProps } from './context';
import { Findings } from './findings';
import { Parameters } from './parameters';
import { headingId, Section } from './section';
import { Stages } from './stages';
import { Suggest } from './suggestion';
import { countFindings, Summary } from './summary';
import { Tagger } from './tagger';
import { useColors } from './colors';

/** The graph with its layout library is loaded when a graph is first shown. */
const Graph = React.lazy(() => import('../graph'));

/** What a command asks of the panel. */
export interface IPanelRequest {
  /** The section to open and to bring into view. */
  readonly section: string;
  /** Whether stages are to be proposed. */
  readonly suggest: boolean;
}

interface ISectionsProps extends ISectionProps {
  analysis: IAnalysis;
  tagging: ITagging;
  run: IRunState | null;
  /** Gives what was asked for, once. */
  take: () => IPanelRequest | null;
}

/** With fewer stages than this a notebook is offered a proposal. */
const FEW = 2;

const OPEN_AT_FIRST = ['tag', 'graph', 'findings', 'parameters', 'run'];

/** All parts of the panel, for a notebook that has a pipeline. */
export function Sections(props: ISectionsProps): React.JSX.Element {
  const { context, document, analysis, tagging, run } = props;
  const { trans } = context;
  const section = { context, document };
  const { isOpen, toggle, asked } = useOpen(props);
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
}

/** Which sections are open, and how often a proposal was asked for. */
function useOpen(props: ISectionsProps): {
  isOpen: (name: string) => boolean;
  toggle: (name: string) => void;
  asked: number;
} {
  const { tagging, take } = props;
  const [asked, setAsked] = React.useState(0);
  const [open, setOpen] = React.useState<ReadonlySet<string>>(
    () =>
      new Set(
        tagging.stages.length < FEW
          ? [...OPEN_AT_FIRST, 'suggest']
          : OPEN_AT_FIRST
      )
  );
  React.useEffect(() => {
    const request = take();
    if (request !== null) {
      setOpen(current => new Set([...current, request.section]));
      setAsked(count => count + (request.suggest ? 1 : 0));
      bringIntoView(request.section);
    }
  });
  const toggle = React.useCallback((name: string) => {
    setOpen(current => {
      const next = new Set(current);
      if (!next.delete(name)) {
        next.add(name);
      }
      return next;
    });
  }, []);
  return { isOpen: name => open.has(name), toggle, asked };
}

/** Scroll to a section once it is drawn, and put the focus on its heading. */
function bringIntoView(name: string): void {
  requestAnimationFrame(() => {
    const heading = document.getElementById(headingId(name));
    heading?.scrollIntoView({ block: 'start' });
    heading?.focus();
  });
}
