import type { CocoAnnotation, CocoCategory, CocoImage } from '@limber/keypoints';
import { coco17, countLabelled, toCocoJson } from '@limber/keypoints';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withStagingFolder } from '@limber/files';
import type { RenderControl, SyntheticOptions } from './clips/render-clips.ts';
import { pad, renderClips } from './clips/render-clips.ts';

/** What is rendered, and the folder that it goes to. */
export interface SynthesizeOptions extends SyntheticOptions, RenderControl {
  /** The folder to make; it must not exist yet, or be empty. */
  readonly out: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

const nameOf = (joint: number): string => coco17.keypoints[joint]!;

/** The one category of rendered people: COCO's person. */
const personCategory: CocoCategory = {
  id: 1,
  name: 'person',
  keypoints: coco17.keypoints,
  skeleton: coco17.links.map(([from, to]) => [from + 1, to + 1] as const),
  sigmas: coco17.sigmas,
  pairs: coco17.pairs!.map(([left, right]) => [nameOf(left), nameOf(right)] as const),
};

/**
 * Renders people who do squats or stand, as a COCO keypoint dataset: `out/annotations.json` and
 * `out/images/clip-0001/frame-0001.jpg`. Keypoints are exact; v is 2 where the joint is seen, 1 where the body or an
 * object hides it, 0 outside the image. Box and area are of the person's outline inside the image, also where
 * an object stands before it. Each clip is a `group` of its own.
 *
 * The folder appears whole or not at all. With a `workDir`, a call that was ended or killed goes on where it was, and the
 * bytes are those of a call that was not.
 *
 * @throws {LimberError} `invalid-argument` for options out of range, or a folder that is not empty; the reason of
 * `signal`, once it is aborted.
 */
export async function synthesizeDataset(
  options: SynthesizeOptions,
): Promise<{ readonly images: number; readonly persons: number }> {
  const { out, onProgress, clips, framesPerClip, signal } = options;
  const workDir = options.workDir && join(options.workDir, 'clips');
  const images: CocoImage[] = [];
  const annotations: CocoAnnotation[] = [];
  const fill = async (staging: string): Promise<void> => {
    for await (const { name, frames } of renderClips({ ...options, ...(workDir && { workDir }) })) {
      await mkdir(join(staging, 'images', name), { recursive: true });
      for (const [index, frame] of frames.entries()) {
        const id = images.length + 1;
        const file_name = `${name}/frame-${pad(index + 1)}.jpg`;
        await writeFile(join(staging, 'images', file_name), frame.jpeg);
        const { width, height } = frame.size;
        images.push({ id, file_name, width, height, group: name });
        annotations.push({
          id,
          image_id: id,
          category_id: personCategory.id,
          keypoints: frame.keypoints,
          num_keypoints: countLabelled(frame.keypoints),
          bbox: frame.bbox,
          area: frame.area,
          iscrowd: 0,
        });
      }
      onProgress?.({ done: images.length, total: clips * framesPerClip });
    }
    const json = toCocoJson({ images, annotations, category: personCategory });
    await writeFile(join(staging, 'annotations.json'), json);
  };
  await withStagingFolder(out, fill, { signal });
  if (workDir !== undefined) await rm(workDir, { recursive: true, force: true });
  return { images: images.length, persons: annotations.length };
}
