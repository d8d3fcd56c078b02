import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { holdKeys } from './heldkeys';
import { loadedOnce } from './loading';
import { notify } from './notices';

type Arguments = ReadonlyPartialJSONObject;

type Options = Omit<CommandRegistry.ICommandOptions, 'execute'> & {
  /** Whether it asks for a text: what is typed before the dialog is there is for the dialog. */
  readonly asks?: boolean;
};

/** What a command says of its arguments; every one says it. */
type Described = Options & Required<Pick<Options, 'describedBy'>>;

/**
 * Adds a command: its id, what it does by means of what is loaded, and how it is shown. `typed` is
 * what was typed before it was loaded.
 */
export type AddCommand<Acts> = (
  id: string,
  act: (acts: Acts, args: Arguments, typed: string) => unknown,
  options: Options
) => void;

/** Commands that are added one by one. */
export interface ILazyCommands<Acts> {
  readonly add: AddCommand<Acts>;
  /** Load what they do, if it was not yet. */
  readonly load: () => Promise<Acts>;
}

/** What lazy commands are made of. */
export interface ILazyOptions<Acts> {
  /** Loads what they do; called again only when that failed. */
  readonly load: () => Promise<Acts>;
  /** What the commands have in common. */
  readonly common: Described;
  readonly trans: TranslationBundle;
  /** Completes the arguments by what may have changed until it is loaded. */
  readonly settle?: (args: Arguments) => Arguments;
}

/**
 * Commands that are there from the start of the page. What they do is loaded when the first of them
 * is used, or before.
 *
 * @param commands - Where they are added.
 * @param options - What they are made of.
 */
export function lazyCommands<Acts>(
  commands: CommandRegistry,
  { load, common, trans, settle = args => args }: ILazyOptions<Acts>
): ILazyCommands<Acts> {
  const acts = loadedOnce(load);
  const add: AddCommand<Acts> = (id, act, { asks = false, ...options }) => {
    commands.addCommand(id, {
      ...common,
      ...options,
      describedBy: options.describedBy ?? common.describedBy,
      execute: async args => {
        const settled = settle(args);
        const keys = asks ? holdKeys() : null;
        const loaded = await acts().catch((error: unknown) => {
          keys?.release();
          notify(
            'error',
            trans.__('The command could not be loaded: %1', `${error}`)
          );
          throw error;
        });
        // A dialog opens before the next key is handled.
        return act(loaded, settled, keys?.release() ?? '');
      }
    });
  };
  return { add, load: acts };
}
