/** What a pickle can hold once it is read: plain data, and what the caller makes of its classes and storages. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleObject;

/** A Python list. */
interface PickleList {
  readonly type: 'list';
  readonly items: PickleValue[];
}

/** A Python tuple. */
interface PickleTuple {
  readonly type: 'tuple';
  readonly items: readonly PickleValue[];
}

/** A Python dict or OrderedDict. */
export interface PickleDict {
  readonly type: 'dict';
  readonly entries: Map<PickleValue, PickleValue>;
}

/** A class or function that the pickle names, or what the caller made of one. Nothing of it is ever executed. */
export interface PickleObject {
  readonly type: 'object';
  /** Such as `collections.OrderedDict`; for what was made of it the same name. */
  readonly name: string;
  /** What the caller keeps with it. */
  readonly content?: unknown;
}

/** `a dict`, `a string`: for messages. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === null) return 'None';
  if (value === undefined) return 'nothing';
  if (typeof value === 'boolean') return 'a bool';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'string') return 'a string';
  if (value instanceof Uint8Array) return 'bytes';
  return value.type === 'object' ? value.name : `a ${value.type}`;
}
