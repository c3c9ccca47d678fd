import type { SplitName } from '../sources/source.ts';
import type { ImagePrint } from './image-print.ts';
import { isNearlySame } from './image-print.ts';

/** An image whose likeness to others is looked for. */
export interface Comparable {
  readonly storedName: string;
  readonly split: SplitName;
  /** Of the file's bytes. */
  readonly sha256: string;
  readonly print: ImagePrint;
}

/** Two images that are the same, or look it. */
export interface Duplicate<T extends Comparable = Comparable> {
  readonly first: T;
  readonly second: T;
  readonly kind: 'identical' | 'near-identical';
}

/**
 * Finds images of one split that another one holds too, byte for byte or to the eye. Each image is named once, with the
 * first one that it is like.
 */
export function findDuplicates<T extends Comparable>(images: readonly T[]): Duplicate<T>[] {
  const byBytes = new Map<string, T[]>();
  const byBand = new Map<string, T[]>();
  const found: Duplicate<T>[] = [];
  for (const second of images) {
    const isOther = (first: T): boolean => first.split !== second.split;
    const same = byBytes.get(second.sha256)?.find(isOther);
    const keys = Array.from(second.print.bands, (bits, band) => `${band} ${bits}`);
    const near = (): T | undefined => {
      const isNear = (first: T): boolean =>
        isOther(first) && isNearlySame(first.print, second.print);
      for (const key of keys) {
        const first = byBand.get(key)?.find(isNear);
        if (first !== undefined) return first;
      }
      return undefined;
    };
    if (same !== undefined) found.push({ first: same, second, kind: 'identical' });
    else {
      const first = near();
      if (first !== undefined) found.push({ first, second, kind: 'near-identical' });
    }
    add(byBytes, second.sha256, second);
    for (const key of keys) add(byBand, key, second);
  }
  return found;
}

/** Adds a value under its key. */
function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
