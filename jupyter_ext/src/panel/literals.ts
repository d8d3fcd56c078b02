import type { Value } from '../protocol';

/** The kinds of Python literals that a parameter may hold. */
export type Kind =
  'int' | 'float' | 'bool' | 'str' | 'none' | 'list' | 'tuple' | 'dict';

/** A Python literal as read from text. */
export interface ILiteral {
  readonly kind: Kind;
  /** The value as JSON. */
  readonly json: Value;
  /** Whether Python reads exactly the same value from that JSON. */
  readonly exact: boolean;
}

/** A text that is no Python literal. */
export class NotLiteral extends Error {
  /** Where reading stopped, counted from 0. */
  readonly at: number;

  constructor(at: number) {
    super(`not a literal at ${at}`);
    this.at = at;
  }
}

/**
 * Read a Python (or JSON) literal.
 *
 * @param text - The text.
 * @throws NotLiteral - It is none: a call, a name, a bracket that is not closed.
 */
export function parseLiteral(text: string): ILiteral {
  const reader = new Reader(text);
  const literal = reader.literal();
  reader.end();
  return literal;
}

/**
 * A value as a Python literal.
 *
 * @param value - The value.
 */
export function formatLiteral(value: Value): string {
  if (value === null) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (typeof value === 'number') {
    return String(value);
  }
  if (typeof value === 'string') {
    return quote(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(formatLiteral).join(', ')}]`;
  }
  const items = Object.entries(value).map(
    ([key, item]) => `${quote(key)}: ${formatLiteral(item)}`
  );
  return `{${items.join(', ')}}`;
}

/** Double quotes mean the same in Python as in JSON, except for a few escapes JSON never makes. */
function quote(text: string): string {
  return JSON.stringify(text);
}

const WORDS: ReadonlyMap<string, ILiteral> = new Map([
  ['True', { kind: 'bool', json: true, exact: true }],
  ['true', { kind: 'bool', json: true, exact: true }],
  ['False', { kind: 'bool', json: false, exact: true }],
  ['false', { kind: 'bool', json: false, exact: true }],
  ['None', { kind: 'none', json: null, exact: true }],
  ['null', { kind: 'none', json: null, exact: true }]
]);

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['a', '\x07'],
  ['0', '\0'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['/', '/']
]);

const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const WORD = /[A-Za-z_]\w*/y;
const SPACE = /\s*/y;

/** Reads one literal after the other from a text. */
class Reader {
  constructor(text: string) {
    this._text = text;
  }

  /** Read the literal that begins here. */
  literal(): ILiteral {
    const character = this._peek();
    if (character === '"' || character === "'") {
      return { kind: 'str', json: this._string(), exact: true };
    }
    if (character === '[') {
      return this._list('[', ']', 'list');
    }
    if (character === '(') {
      return this._list('(', ')', 'tuple');
    }
    if (character === '{') {
      return this._dict();
    }
    const word = this._match(WORD);
    if (word !== null) {
      return WORDS.get(word) ?? this._fail(word.length);
    }
    return this._number();
  }

  /** Make sure that nothing but space is left. */
  end(): void {
    if (this._peek() !== '') {
      this._fail();
    }
  }

  private _number(): ILiteral {
    const text = this._match(NUMBER);
    if (text === null || text.endsWith('_')) {
      return this._fail();
    }
    const plain = text.replace(/_/g, '');
    const isFloat = !/0[xX]/.test(plain) && /[.eE]/.test(plain);
    const negative = plain.startsWith('-');
    // Number() knows no sign before 0x.
    const size = Number(plain.replace(/^[+-]/, ''));
    const value = negative ? -size : size;
    if (
      !Number.isFinite(value) ||
      (!isFloat && /^[+-]?0\d*[1-9]/.test(plain))
    ) {
      return this._fail(text.length);
    }
    // JSON writes 1.0 as 1, which Python reads as an int; large ints lose digits.
    const exact = isFloat
      ? !Number.isInteger(value)
      : Number.isSafeInteger(value);
    return { kind: isFloat ? 'float' : 'int', json: value, exact };
  }

  private _list(open: string, close: string, kind: 'list' | 'tuple'): ILiteral {
    this._take(open);
    const items: ILiteral[] = [];
    let comma = false;
    while (this._peek() !== close) {
      items.push(this.literal());
      comma = this._peek() === ',';
      if (!comma) {
        break;
      }
      this._take(',');
    }
    this._take(close);
    if (kind === 'tuple' && items.length === 1 && !comma) {
      return items[0]; // only brackets around a value
    }
    const exact = kind === 'list' && items.every(item => item.exact);
    return { kind, json: items.map(item => item.json), exact };
  }

  private _dict(): ILiteral {
    this._take('{');
    const json: { [key: string]: Value } = {};
    let exact = true;
    while (this._peek() !== '}') {
      const key = this.literal();
      this._take(':');
      const value = this.literal();
      exact = exact && key.kind === 'str' && value.exact;
      // A plain assignment to `__proto__` would set the prototype.
      Object.defineProperty(json, String(key.json), {
        value: value.json,
        configurable: true,
        enumerable: true,
        writable: true
      });
      if (this._peek() !== ',') {
        break;
      }
      this._take(',');
    }
    this._take('}');
    return { kind: 'dict', json, exact };
  }

  private _string(): string {
    const close = this._text[this._at];
    this._at += 1;
    let value = '';
    while (this._text[this._at] !== close) {
      const character = this._text[this._at];
      if (character === undefined || character === '\n') {
        return this._fail();
      }
      this._at += 1;
      value += character === '\\' ? this._escape() : character;
    }
    this._at += 1;
    return value;
  }

  private _escape(): string {
    const character = this._text[this._at] ?? '';
    const digits = { x: 2, u: 4, U: 8 }[character];
    this._at += 1;
    if (digits === undefined) {
      return ESCAPES.get(character) ?? this._fail(1);
    }
    const hex = this._text.slice(this._at, this._at + digits);
    const code = parseInt(hex, 16);
    if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length < digits || code > 0x10ffff) {
      return this._fail();
    }
    this._at += digits;
    return String.fromCodePoint(code);
  }

  private _peek(): string {
    this._match(SPACE);
    return this._text[this._at] ?? '';
  }

  private _take(character: string): void {
    if (this._peek() !== character) {
      this._fail();
    }
    this._at += 1;
  }

  private _match(pattern: RegExp): string | null {
    pattern.lastIndex = this._at;
    const found = pattern.exec(this._text);
    if (found === null) {
      return null;
    }
    this._at += found[0].length;
    return found[0];
  }

  private _fail(back = 0): never {
    throw new NotLiteral(this._at - back);
  }

  private readonly _text: string;
  private _at = 0;
}
