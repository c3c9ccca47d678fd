import { realpath } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { cannotBeRead, LimberError } from '@limber/files';

/** An image of a dataset. */
export interface PictureFile {
  readonly path: string;
  /** Its end, which the dataset's files say. */
  readonly fileName: string;
}

/**
 * Where an image really lies. A link in the folder of images must not lead out of it: a dataset from elsewhere could show any file.
 *
 * @param options.followsLinks - lets links lead anywhere.
 * @throws {LimberError} `missing-file`; `invalid-image` for a link that leads out.
 */
export async function realPicture(
  { path, fileName }: PictureFile,
  { followsLinks }: { readonly followsLinks: boolean },
): Promise<string> {
  const found = await realpath(path).catch((cause: unknown) => {
    throw cannotBeRead(path, cause);
  });
  if (followsLinks) return found;
  const isBelow = path.split(sep).join('/').endsWith(`/${fileName}`);
  const folder = await realpath(isBelow ? path.slice(0, -fileName.length - 1) : dirname(path));
  if (found.startsWith(`${folder}${sep}`)) return found;
  throw new LimberError('invalid-image', {
    where: path,
    what: 'a link that leads out of the folder of images',
    expected: `a file below ${folder}`,
    fix: 'Pass --follow-links if you know where the links of this dataset lead.',
  });
}
