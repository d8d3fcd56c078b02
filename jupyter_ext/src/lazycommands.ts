import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { loadedOnce } from './loading';

type Options = Omit<CommandRegistry.ICommandOptions, 'execute'>;

/** What a command says of its arguments; every one says it. */
type Described = Options & Required<Pick<Options, 'describedBy'>>;

/** Adds a command: its id, what it does by means of what is loaded, and how it is shown. */
export type AddCommand<Acts> = (
  id: string,
  act: (acts: Acts, args: ReadonlyPartialJSONObject) => unknown,
  options: Options
) => void;

/**
 * Commands that are there from the start of the page. What they do is loaded when the first of them
 * is used.
 *
 * @param commands - Where they are added.
 * @param load - Loads what they do; called again only when that failed.
 * @param common - What the commands have in common.
 */
export function lazyCommands<Acts>(
  commands: CommandRegistry,
  load: () => Promise<Acts>,
  common: Described
): AddCommand<Acts> {
  const acts = loadedOnce(load);
  return (id, act, options) => {
    commands.addCommand(id, {
      ...common,
      ...options,
      describedBy: options.describedBy ?? common.describedBy,
      execute: async args => act(await acts(), args)
    });
  };
}
