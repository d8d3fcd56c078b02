/**
 * Which names a stage may have: the rules of `nb2pipe.stage_names`. Both are tested against the
 * same cases.
 */

/** Why a stage cannot have a name. */
export type NameProblem =
  | 'empty'
  | 'reserved'
  | 'device'
  | 'keyword'
  | 'no-identifier'
  | 'not-lower-case'
  | 'underscores'
  | 'too-long';

const RESERVED = new Set(['shared', 'tasks', 'tests', 'setup']);
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/;
const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except ' +
    'finally for from global if import in is lambda nonlocal not or pass raise return try while ' +
    'with yield'
  ).split(' ')
);
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const LONGEST = 64;

/**
 * Why a stage cannot have this name.
 *
 * @param name - The name, as it would stand in a tag.
 * @returns The first reason; null when the name is good.
 */
export function nameProblem(name: string): NameProblem | null {
  if (name === '') {
    return 'empty';
  }
  if (RESERVED.has(name)) {
    return 'reserved';
  }
  if (DEVICE.test(name)) {
    return 'device';
  }
  if (KEYWORDS.has(name)) {
    return 'keyword';
  }
  if (!IDENTIFIER.test(name) || name.normalize('NFKC') !== name) {
    return 'no-identifier';
  }
  if (name !== name.toLowerCase()) {
    return 'not-lower-case';
  }
  if (name.startsWith('__') || /^_*$/.test(name)) {
    return 'underscores';
  }
  return [...name].length > LONGEST ? 'too-long' : null;
}

/**
 * A good stage name as close as possible to a text.
 *
 * @param text - Anything that a person typed.
 */
export function proposedName(text: string): string {
  let name = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_]+/gu, '_')
    .normalize('NFKC');
  name = start(stripped(name), LONGEST);
  if (name && !IDENTIFIER.test(name)) {
    name = 'stage_' + start(name, LONGEST - 6);
  }
  if (nameProblem(name)) {
    name = name ? stripped(`${name}_stage`) : 'load';
  }
  return nameProblem(name) ? 'load' : name;
}

/**
 * The name, with a number when it is taken: `load_2`.
 *
 * @param name - A good name.
 * @param taken - Names that it must not be.
 */
export function uniqueName(name: string, taken: ReadonlySet<string>): string {
  let result = name;
  for (let number = 2; taken.has(result); number++) {
    const ending = `_${number}`;
    result = start(name, LONGEST - ending.length) + ending;
  }
  return result;
}

function stripped(name: string): string {
  return name.replace(/^_+|_+$/g, '');
}

/** The first characters of a text, counted as Python counts them. */
function start(text: string, length: number): string {
  return [...text].slice(0, length).join('');
}
