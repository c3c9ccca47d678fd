import type { CocoAnnotation, CocoImage } from '@limber/keypoints';
import { countLabelled, toCocoJson } from '@limber/keypoints';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withStagingFolder } from '@limber/files';
import { labelSets } from './clips/label-set.ts';
import type { RenderControl, SyntheticOptions } from './clips/render-clips.ts';
import { clipsOf, pad, renderClips } from './clips/render-clips.ts';
import type { MotionLabel } from './motions/motion-label.ts';

/** What is rendered, and the folder that it goes to. */
export interface SynthesizeOptions extends SyntheticOptions, RenderControl {
  /** The folder to make; it must not exist yet, or be empty. */
  readonly out: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** An annotation with what the person does: readers of COCO files pass over the field. */
type SyntheticAnnotation = CocoAnnotation & { readonly motion: MotionLabel };

/**
 * Renders people who squat, stand, walk, lie, hang and more, as a COCO keypoint dataset: `out/annotations.json` and
 * `out/images/clip-0001/frame-0001.jpg`. Keypoints are exact; v is 2 where the joint is seen, 1 where a body or an
 * object hides it, 0 outside the image. Box and area are of the person's outline inside the image, also where
 * something stands before it. A person of whom hardly anything is seen has no keypoints. Each clip is a `group` of its own.
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
  const { out, onProgress, framesPerClip, signal, joints = 'coco-17' } = options;
  const total = clipsOf(options).length * framesPerClip;
  const { category } = labelSets[joints];
  const workDir = options.workDir && join(options.workDir, 'clips');
  const images: CocoImage[] = [];
  const annotations: SyntheticAnnotation[] = [];
  const fill = async (staging: string): Promise<void> => {
    for await (const { name, frames } of renderClips({ ...options, ...(workDir && { workDir }) })) {
      await mkdir(join(staging, 'images', name), { recursive: true });
      for (const [index, frame] of frames.entries()) {
        const image_id = images.length + 1;
        const file_name = `${name}/frame-${pad(index + 1)}.jpg`;
        await writeFile(join(staging, 'images', file_name), frame.jpeg);
        const { width, height } = frame.size;
        images.push({ id: image_id, file_name, width, height, group: name });
        for (const { keypoints, bbox, area, motion } of frame.persons) {
          annotations.push({
            id: annotations.length + 1,
            image_id,
            category_id: category.id,
            keypoints,
            num_keypoints: countLabelled(keypoints),
            bbox,
            area,
            iscrowd: 0,
            motion,
          });
        }
      }
      onProgress?.({ done: images.length, total });
    }
    const json = toCocoJson({ images, annotations, category });
    await writeFile(join(staging, 'annotations.json'), json);
  };
  await withStagingFolder(out, fill, { signal });
  if (workDir !== undefined) await rm(workDir, { recursive: true, force: true });
  return { images: images.length, persons: annotations.length };
}
