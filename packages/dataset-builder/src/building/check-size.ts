import { LimberError } from '@limber/files';
import type { SourceItem } from '../sources/source.ts';
import type { DecodedImage } from './image-facts.ts';

/**
 * Compares the size of an image with the one that its annotations state.
 *
 * Sizes and coordinates are those of the upright image: the EXIF orientation is applied, as browsers, annotation
 * tools and OpenCV (so MMPose) do.
 *
 * @throws {LimberError} `invalid-image`, naming file, id and field, if it has another size.
 */
export function checkSize(
  item: Pick<SourceItem, 'where' | 'fileName' | 'width' | 'height'>,
  { orientation, width, height }: Pick<DecodedImage, 'orientation' | 'width' | 'height'>,
): void {
  const turned = orientation >= 5;
  const upright = turned ? { width: height, height: width } : { width, height };
  if (upright.width === item.width && upright.height === item.height) return;
  const isStored = width === item.width && height === item.height;
  throw new LimberError('invalid-image', {
    where: `${item.where}.width, height`,
    what: `not the size of "${item.fileName}"`,
    expected: `${upright.width} wide and ${upright.height} high${turned ? ' (upright, by its EXIF orientation)' : ''}`,
    got: `${item.width} and ${item.height}`,
    fix: isStored
      ? 'The annotations are of the image before it is turned upright: remove the EXIF orientation from the file.'
      : 'Is it the right file? Annotations must be of the image at its full size.',
  });
}

/** What to say of an image that is stored turned; undefined if it is upright. */
export function describeRotation({
  orientation,
}: Pick<DecodedImage, 'orientation'>): string | undefined {
  return orientation === 1
    ? undefined
    : `stored turned (EXIF orientation ${orientation}); its annotations are taken to be of the upright image`;
}
