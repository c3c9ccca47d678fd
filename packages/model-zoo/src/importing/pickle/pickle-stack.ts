import type { PickleValue } from './pickle-value.ts';

/** Values between two marks belong to one container, so no honest pickle nests deeper. */
const deepestNesting = 1000;

/** The stack of a pickle's machine, with its marks, and its memo. Whatever is not there calls `fail`. */
export class PickleStack {
  readonly #fail: (what: string) => never;
  #values: PickleValue[] = [];
  readonly #outer: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(fail: (what: string) => never) {
    this.#fail = fail;
  }

  get isEmpty(): boolean {
    return this.#values.length + this.#outer.length === 0;
  }

  /** How many values were kept. */
  get memoSize(): number {
    return this.#memo.size;
  }

  /** The value on top; undefined directly after a mark. */
  top(): PickleValue | undefined {
    return this.#values.at(-1);
  }

  push(value: PickleValue): void {
    this.#values.push(value);
  }

  pop(): PickleValue {
    return this.popMany(1)[0]!;
  }

  popMany(count: number): PickleValue[] {
    if (this.#values.length < count) return this.#fail('a value is missing on the stack');
    return this.#values.splice(-count);
  }

  mark(): void {
    if (this.#outer.length >= deepestNesting) {
      this.#fail(`values are nested more than ${deepestNesting} deep`);
    }
    this.#outer.push(this.#values);
    this.#values = [];
  }

  /** The values since the last mark. */
  popMark(): PickleValue[] {
    const items = this.#values;
    this.#values = this.#outer.pop() ?? this.#fail('a mark is missing on the stack');
    return items;
  }

  /** Keeps the value on top. */
  remember(index: number): void {
    const value = this.top();
    if (value === undefined) this.#fail('a value is missing on the stack');
    else this.#memo.set(index, value);
  }

  recall(index: number): PickleValue {
    const value = this.#memo.get(index);
    return value === undefined ? this.#fail(`nothing was kept under ${index}`) : value;
  }
}
