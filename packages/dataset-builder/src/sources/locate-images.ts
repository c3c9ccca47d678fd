import { LimberError } from '@limber/files';
import { join, posix } from 'node:path';
import { groupBy } from '../building/group-by.ts';
import type { Listing } from './listing.ts';
import { isImageName } from './listing.ts';

/** Where the images of some annotations are. */
export interface ImagePlaces {
  /** The path of an image by the name that the annotations give it. */
  readonly pathOf: (name: string) => string;
  /** For the screen, such as `images in train2017/`. */
  readonly decision: string;
}

/** How many names are tried to find the folder that they count from. */
const triedNames = 50;

/**
 * Finds the images that annotations name: in the folder below which all names that are tried exist, the one nearest to
 * the hint first; else each by the end of its path.
 *
 * @param hint - a word of the folder's name, such as `train2017`; or of the file of annotations.
 * @throws {LimberError} `invalid-annotations` if several images fit a name, once that name is asked for.
 */
export function locateImages(
  listing: Listing,
  {
    names,
    file,
    hint,
  }: { readonly names: readonly string[]; readonly file: string; readonly hint: string },
): ImagePlaces {
  const images = listing.files.filter(isImageName);
  const known = new Set(images);
  const step = Math.max(1, Math.floor(names.length / triedNames));
  const tried = names.filter((_, index) => index % step === 0).map(tidy);
  const bases = basesOf(tried[0], images).filter((base) =>
    tried.every((name) => known.has(posix.join(base, name))),
  );
  const fitting =
    bases.length > 1 ? bases.filter((base) => base !== '' && isHinted(base, hint)) : bases;
  const base = fitting[0] ?? bases[0];
  if (base !== undefined) {
    return {
      decision: base === '' ? 'images beside it' : `images in ${base}/`,
      pathOf: (name) => join(listing.root, base, name),
    };
  }
  const byName = groupBy(images, (image) => posix.basename(image));
  return {
    decision: 'images by the ends of their paths',
    pathOf: (name) => {
      const wanted = tidy(name);
      const same = byName.get(posix.basename(wanted)) ?? [];
      const exact = same.filter((image) => `/${image}`.endsWith(`/${wanted}`));
      const found = exact.length > 0 ? exact : same;
      if (found.length <= 1) return join(listing.root, found[0] ?? name);
      throw new LimberError('invalid-annotations', {
        where: `${listing.pathOf(file)}: "${name}"`,
        what: 'several images of this name',
        expected: 'one',
        got: found.slice(0, 3).join(', ') + (found.length > 3 ? ', …' : ''),
        fix: 'Name the folder of the images: --images <folder>.',
      });
    },
  };
}

function basesOf(name: string | undefined, images: readonly string[]): string[] {
  if (name === undefined) return [''];
  return images
    .filter((image) => `/${image}`.endsWith(`/${name}`))
    .map((image) => image.slice(0, Math.max(0, image.length - name.length - 1)));
}

function isHinted(base: string, hint: string): boolean {
  return (
    hint !== '' &&
    base
      .toLowerCase()
      .split('/')
      .some((part) => hint.toLowerCase().includes(part))
  );
}

function tidy(name: string): string {
  // written on Windows, it has backslashes on every system
  return posix.normalize(name.replaceAll('\\', '/')).replace(/^\.\//, '');
}
