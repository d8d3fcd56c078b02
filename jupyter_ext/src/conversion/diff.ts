/** What a line of a unified diff is. */
export type LineKind = 'added' | 'removed' | 'context' | 'hunk';

/** A line of a unified diff, with its numbers in the file before and after. */
export interface IDiffLine {
  readonly kind: LineKind;
  readonly text: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** A unified diff of one file. */
export interface IDiff {
  readonly lines: readonly IDiffLine[];
  readonly added: number;
  readonly removed: number;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/**
 * Read the unified diff of one file.
 *
 * @param text - The diff, with or without the two lines that name the file.
 * @returns Its lines from the first hunk on, and how many were added and removed.
 */
export function readDiff(text: string): IDiff {
  const reader = new DiffReader();
  const lines = text.split('\n');
  if (lines[lines.length - 1] === '') {
    lines.pop();
  }
  lines.forEach(line => reader.read(line));
  return { lines: reader.lines, added: reader.added, removed: reader.removed };
}

class DiffReader {
  readonly lines: IDiffLine[] = [];
  added = 0;
  removed = 0;

  read(line: string): void {
    const hunk = HUNK.exec(line);
    // Within a hunk every line begins with a space, a plus, a minus or a backslash.
    if (hunk) {
      this._before = Number(hunk[1]);
      this._after = Number(hunk[2]);
      this._isInside = true;
      this._push('hunk', line, null, null);
    } else if (this._isInside) {
      this._readInside(line);
    }
  }

  private _readInside(line: string): void {
    const text = line.slice(1);
    switch (line[0]) {
      case '+':
        this.added += 1;
        this._push('added', text, null, this._after++);
        break;
      case '-':
        this.removed += 1;
        this._push('removed', text, this._before++, null);
        break;
      case '\\':
        this._push('hunk', text.trim(), null, null);
        break;
      default:
        this._push('context', text, this._before++, this._after++);
    }
  }

  private _push(
    kind: LineKind,
    text: string,
    before: number | null,
    after: number | null
  ): void {
    this.lines.push({ kind, text, before, after });
  }

  private _before = 0;
  private _after = 0;
  private _isInside = false;
}
