import type { Part } from '@limber/files';
import type { ZodType } from 'zod';
import { z } from 'zod';

/** Which of several parts of its work a stage does, from 0: `part: { index: '${{ matrix.part }}', count: 4 }`. */
export const partSchema: ZodType<Part> = z.strictObject({
  index: z.number().int().nonnegative(),
  count: z.number().int().positive(),
});
