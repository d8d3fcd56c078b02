import { holdKeys } from '../../jupyter_ext/src/heldkeys';

/** Press keys; returns those that the document, and so the notebook, hears of. */
function press(...keys: (string | KeyboardEventInit)[]): string[] {
  const heard: string[] = [];
  const hear = (event: KeyboardEvent) => heard.push(event.key);
  document.addEventListener('keydown', hear, true);
  for (const key of keys) {
    const init = typeof key === 'string' ? { key } : key;
    document.body.dispatchEvent(
      new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true })
    );
  }
  document.removeEventListener('keydown', hear, true);
  return heard;
}

describe('held keys', () => {
  it('do not reach the notebook, and are kept as text', () => {
    const keys = holdKeys();
    expect(press('d', 'd', 'ArrowDown', ' ', 'x', 'Backspace', 'y')).toEqual(
      []
    );
    expect(keys.release()).toBe('dd y');
    expect(press('a')).toEqual(['a']);
  });

  it('do not hold what is pressed with Control', () => {
    const keys = holdKeys();
    expect(press({ key: 's', ctrlKey: true })).toEqual(['s']);
    expect(keys.release()).toBe('');
  });

  it('are let go after a while, whatever hinders', () => {
    jest.useFakeTimers();
    const keys = holdKeys();
    jest.advanceTimersByTime(60_000);
    expect(press('d')).toEqual(['d']);
    expect(keys.release()).toBe('');
    jest.useRealTimers();
  });
});
