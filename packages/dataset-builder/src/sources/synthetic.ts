import { coco17, countLabelled } from '@limber/keypoints';
import type { SyntheticOptions } from '../synthetic/clips/render-clips.ts';
import { pad, renderClips } from '../synthetic/clips/render-clips.ts';
import { personCategory } from '../synthetic/synthesize-dataset.ts';
import type { Source, SourceItem } from './source.ts';

/**
 * People who do squats or stand, rendered while they are read. Each clip is a group: one person, camera and room.
 *
 * @throws {LimberError} `invalid-argument` when read, for options out of range.
 */
export function syntheticSource(options: SyntheticOptions): Source {
  const items = async function* (): AsyncGenerator<SourceItem> {
    for await (const { name, frames } of renderClips(options)) {
      for (const [index, { jpeg, size, keypoints, bbox, area }] of frames.entries()) {
        const fileName = `${name}/frame-${pad(index + 1)}.jpg`;
        const num_keypoints = countLabelled(keypoints);
        yield {
          where: `synthetic: ${fileName}`,
          fileName,
          ...size,
          group: name,
          image: { type: 'bytes', bytes: jpeg },
          annotations: [{ keypoints, num_keypoints, bbox, area, iscrowd: 0 }],
        };
      }
    }
  };
  const empty = { derivations: [], findings: [] };
  return { name: 'synthetic', category: personCategory, skeleton: coco17, ...empty, items };
}
