import type { IDisposable } from '@lumino/disposable';

/** Says in a live region what a command did, for those who do not see it. */
export class Announcer implements IDisposable {
  constructor() {
    this._node.className = 'jp-Nb2pipe-announcer';
    this._node.setAttribute('role', 'status');
    document.body.append(this._node);
  }

  get isDisposed(): boolean {
    return !this._node.isConnected;
  }

  /** Say something. */
  say(text: string): void {
    this._node.textContent = text;
  }

  dispose(): void {
    this._node.remove();
  }

  private _node = document.createElement('div');
}
