import { deserialize, serialize } from 'node:v8';

// Every browser has it, jsdom has not; the layout library needs it.
globalThis.structuredClone ??= <T>(value: T): T =>
  deserialize(serialize(value)) as T;
