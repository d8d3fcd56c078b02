import type { TranslationBundle } from '@jupyterlab/translation';

import type { IParameter, Value } from '../protocol';

import {
  formatLiteral,
  parseLiteral,
  type ILiteral,
  type Kind
} from './literals';

/** What kind of input a parameter gets. */
export type Control =
  'choice' | 'checkbox' | 'integer' | 'number' | 'text' | 'literal';

/** What a person's text stands for: a value, or why it stands for none. */
export type Reading = { readonly value: Value } | { readonly problem: string };

/**
 * The input that fits a parameter.
 *
 * @param parameter - The parameter.
 */
export function controlFor(parameter: IParameter): Control {
  if (parameter.choices.length > 0) {
    return 'choice';
  }
  switch (parameter.kinds.join(' ')) {
    case 'bool':
      return 'checkbox';
    case 'int':
      return 'integer';
    case 'float':
    case 'int float':
    case 'float int':
      return 'number';
    case 'str':
      return 'text';
    default:
      return 'literal';
  }
}

/**
 * The text that an input shows for a value.
 *
 * @param parameter - The parameter.
 * @param value - Its value; undefined for the default.
 */
export function textOf(
  parameter: IParameter,
  value: Value | undefined
): string {
  const control = controlFor(parameter);
  if (value === undefined) {
    return control === 'literal'
      ? parameter.source
      : textOf(parameter, parameter.default);
  }
  if (control === 'choice') {
    return String(parameter.choices.findIndex(choice => same(choice, value)));
  }
  // Where no text is admitted, a text is a Python literal.
  if (
    typeof value === 'string' &&
    (control !== 'literal' || takesLiterals(parameter))
  ) {
    return value;
  }
  return control === 'checkbox' || control === 'literal'
    ? formatLiteral(value)
    : String(value);
}

/**
 * The value that the text of an input stands for.
 *
 * @param parameter - The parameter.
 * @param text - The text; of a choice its index, of a checkbox `True` or `False`.
 * @param trans - For what is wrong with it.
 */
export function read(
  parameter: IParameter,
  text: string,
  trans: TranslationBundle
): Reading {
  const control = controlFor(parameter);
  if (control === 'text') {
    return { value: text };
  }
  if (control === 'choice') {
    const value = /^\d+$/.test(text)
      ? parameter.choices[Number(text)]
      : undefined;
    return value === undefined
      ? { problem: trans.__('Choose one of the values.') }
      : { value };
  }
  let literal: ILiteral;
  try {
    literal = parseLiteral(text);
  } catch {
    return { problem: advice(control, trans) };
  }
  if (!fits(parameter.kinds, literal.kind)) {
    return {
      problem:
        control === 'literal'
          ? trans.__('Must be one of: %1.', parameter.kinds.join(', '))
          : advice(control, trans)
    };
  }
  return { value: sent(parameter, literal, text) };
}

/**
 * Whether a value is the parameter's default.
 *
 * @param parameter - The parameter.
 * @param value - The value.
 */
export function isDefault(parameter: IParameter, value: Value): boolean {
  return (
    same(value, parameter.default) ||
    (typeof value === 'string' &&
      takesLiterals(parameter) &&
      value.trim() === parameter.source.trim())
  );
}

/** Whether two values are the same, whatever the order of their keys. */
export function same(one: Value, other: Value): boolean {
  if (one === other) {
    return true;
  }
  if (
    one === null ||
    other === null ||
    typeof one !== 'object' ||
    typeof other !== 'object' ||
    Array.isArray(one) !== Array.isArray(other)
  ) {
    return false;
  }
  const [left, right] = [Object.entries(one), new Map(Object.entries(other))];
  return (
    left.length === right.size &&
    left.every(([key, value]) => {
      const counterpart = right.get(key);
      return counterpart !== undefined && same(value, counterpart);
    })
  );
}

/** Whether a text sent for the parameter is read as a Python literal by the server. */
function takesLiterals(parameter: IParameter): boolean {
  return parameter.kinds.length > 0 && !parameter.kinds.includes('str');
}

function fits(kinds: readonly string[], kind: Kind): boolean {
  return (
    kinds.length === 0 ||
    kinds.includes(kind) ||
    (kind === 'int' && kinds.includes('float')) ||
    (kind === 'list' && kinds.includes('tuple'))
  );
}

/** JSON where Python reads the same value from it, else the literal itself. */
function sent(parameter: IParameter, literal: ILiteral, text: string): Value {
  const float = literal.kind === 'float' && !parameter.kinds.includes('int');
  return literal.exact || float || !takesLiterals(parameter)
    ? literal.json
    : text.trim();
}

function advice(control: Control, trans: TranslationBundle): string {
  switch (control) {
    case 'integer':
      return trans.__('Give a whole number.');
    case 'number':
      return trans.__('Give a number.');
    default:
      return trans.__(
        'Give a Python literal, such as 1.5, "text", [1, 2] or None.'
      );
  }
}
