import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw expected(`a whole number of at least ${least}`, text);
  };
}

/** Any number. */
export function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw expected('a number', text);
}

/** A parser of values with commas between them. */
export function listOf<T>(parse: (text: string) => T): (text: string) => T[] {
  return (text) => text.split(',').map(parse);
}

/** A size in pixels, such as `256x192`. */
export function toSize(text: string): { height: number; width: number } {
  const [, height, width] = /^([1-9]\d*)x([1-9]\d*)$/.exec(text) ?? [];
  if (height !== undefined && width !== undefined) {
    return { height: Number(height), width: Number(width) };
  }
  throw expected('height x width such as 256x192', text);
}

/** A parser of a number with a unit. @param units - what each is worth. */
export function amountOf(
  units: Readonly<Record<string, number>>,
  example: string,
): (text: string) => number {
  return (text) => {
    const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(text) ?? [];
    const factor = units[unit];
    if (amount !== undefined && factor !== undefined) return Number(amount) * factor;
    throw expected(`an amount such as ${example}`, text);
  };
}

/** Gathers the values of an option that can be given several times. */
export function repeated(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/** What commander prints with the name of the option before it. */
export function expected(what: string, got: string): InvalidArgumentError {
  return new InvalidArgumentError(`Expected ${what}, got "${got}".`);
}
