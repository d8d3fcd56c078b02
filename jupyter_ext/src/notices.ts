import { Notification } from '@jupyterlab/apputils';

/** For how long what is no error is shown, in milliseconds. */
const SHOWN = 8000;

/**
 * Show a message. JupyterLab shows only those that say how long; the others it files away.
 *
 * @param type - An error stays until it is closed.
 * @param message - At most 140 characters of it are shown.
 */
export function notify(
  type: 'info' | 'warning' | 'error',
  message: string
): void {
  const autoClose = type === 'error' ? false : SHOWN;
  Notification.emit(message, type, { autoClose });
}
