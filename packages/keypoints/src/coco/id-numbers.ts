/** An id as it stands in a file: COCO's are numbers, other tools write texts, or numbers of 64 bits. */
export type SourceId = number | string;

/** Texts stand for numbers below any that a file can hold until all ids are known. */
const firstStandIn = Number.MIN_SAFE_INTEGER + 1;

/**
 * The ids of one list of a file as numbers. Whole numbers are kept, also those written as texts (`"139"`). Any other text
 * gets a stand-in, by which references can be resolved.
 */
export class IdNumbers {
  readonly #standIns = new Map<string, number>();
  readonly #texts: string[] = [];

  /** The number of an id; undefined if it is neither a text nor a whole number. */
  numberOf(id: unknown): number | undefined {
    if (Number.isSafeInteger(id)) return id as number;
    if (typeof id !== 'string' || id === '') return undefined;
    const known = this.#standIns.get(id);
    if (known !== undefined) return known;
    const value = Number(id);
    if (Number.isSafeInteger(value) && String(value) === id) return value;
    const standIn = firstStandIn + this.#texts.length;
    this.#standIns.set(id, standIn);
    this.#texts.push(id);
    return standIn;
  }

  /** Whether any id is a text, so that all of the list must be numbered. */
  get hasTexts(): boolean {
    return this.#texts.length > 0;
  }

  /** The id as it stands in the file. */
  sourceOf(number: number): SourceId {
    const index = number - firstStandIn;
    // an index beyond those of arrays is looked up as a text
    return index < this.#texts.length ? (this.#texts[index] ?? number) : number;
  }
}

/** The ids of the lists of one file. */
export interface FileIds {
  readonly images: IdNumbers;
  readonly annotations: IdNumbers;
  readonly categories: IdNumbers;
}

/**
 * Numbers items from 1 in their order.
 *
 * @returns the new id of each old one; the first of two that are the same.
 */
export function countIds(items: readonly { readonly id: number }[]): Map<number, number> {
  const numbers = new Map<number, number>();
  for (const { id } of items) if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
  return numbers;
}
