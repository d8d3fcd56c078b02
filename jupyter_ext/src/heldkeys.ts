/** For how long keys are held at most, in milliseconds: a page that swallows keys seems dead. */
const LONGEST = 10_000;

/** Keys that were pressed while what they are meant for was not there yet. */
export interface IHeldKeys {
  /** Let keys through again; returns the text that was typed meanwhile. */
  release(): string;
}

/**
 * Keep keys from the notebook, where single letters are commands and two of them delete a cell,
 * while the dialog that they are meant for is loaded.
 */
export function holdKeys(): IHeldKeys {
  let text = '';
  const hold = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key.length === 1) {
      text += event.key;
    } else if (event.key === 'Backspace') {
      text = text.slice(0, -1);
    }
  };
  // The window hears of a key before the document, where JupyterLab listens.
  const release = () => {
    window.clearTimeout(timer);
    window.removeEventListener('keydown', hold, true);
    return text;
  };
  const timer = window.setTimeout(release, LONGEST);
  window.addEventListener('keydown', hold, true);
  return { release };
}
