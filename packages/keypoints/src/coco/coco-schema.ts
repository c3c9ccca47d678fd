import { z } from 'zod';

const id = z.number().int();

const image = z.looseObject({
  id,
  file_name: z.string().min(1),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  group: z.string().optional(),
});

const annotation = z.looseObject({
  id,
  image_id: id,
  category_id: id,
  keypoints: z.array(z.number()),
  bbox: z.tuple([z.number(), z.number(), z.number().nonnegative(), z.number().nonnegative()]),
  area: z.number().nonnegative().optional(),
  num_keypoints: z.number().int().nonnegative().optional(),
  iscrowd: z.union([z.literal(0), z.literal(1)]).optional(),
});

const category = z.looseObject({
  id: id.optional(),
  name: z.string().min(1),
  keypoints: z.array(z.string().min(1)).min(1),
  skeleton: z.array(z.tuple([id, id])).optional(),
  sigmas: z.array(z.number().positive()).optional(),
});

/** COCO keypoint JSON as it stands in a file. */
export interface CocoJson {
  readonly images: readonly {
    readonly id: number;
    readonly file_name: string;
    readonly width: number;
    readonly height: number;
    readonly group?: string | undefined;
  }[];
  readonly annotations: readonly {
    readonly id: number;
    readonly image_id: number;
    readonly category_id: number;
    readonly keypoints: readonly number[];
    readonly bbox: readonly [number, number, number, number];
    readonly area?: number | undefined;
    readonly num_keypoints?: number | undefined;
    readonly iscrowd?: 0 | 1 | undefined;
  }[];
  readonly categories: readonly {
    readonly id?: number | undefined;
    readonly name: string;
    readonly keypoints: readonly string[];
    readonly skeleton?: readonly (readonly [number, number])[] | undefined;
    readonly sigmas?: readonly number[] | undefined;
  }[];
}

/**
 * COCO keypoint JSON, the published form and the short form: annotations may lack `area`, `iscrowd` and
 * `num_keypoints`, categories may lack `id` and `skeleton`. Fields that COCO allows besides are left alone.
 */
export const cocoSchema: z.ZodType<CocoJson> = z.looseObject({
  images: z.array(image),
  annotations: z.array(annotation),
  categories: z.array(category).min(1),
});
