import * as React from 'react';

import { STAGE_COLORS } from '../badges';

/**
 * The colour of each stage, as CSS: the one that the badges of its cells have.
 *
 * @param stages - The stages, in the order of their first cells.
 */
export function useColors(
  stages: readonly string[]
): ReadonlyMap<string, string> {
  return React.useMemo(
    () =>
      new Map(
        stages.map((stage, index) => [
          stage,
          `var(--jp-nb2pipe-stage-${index % STAGE_COLORS})`
        ])
      ),
    [stages]
  );
}
