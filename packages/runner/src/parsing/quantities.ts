import type { ZodType } from 'zod';
import { z } from 'zod';

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const bytesPerUnit: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};

/** A timer of Node waits at most 2^31 - 1 ms, a little less than 25 days; a longer one ends at once. */
const maxDurationDays = 24;

/** {@link maxDurationDays} as milliseconds: nothing is waited for longer. */
export const maxDurationMs: number = maxDurationDays * 86_400_000;

/** `90s`, `10m`, `2h` or `7d`, as milliseconds; at most {@link maxDurationMs}. */
export const durationSchema: ZodType<number, string> = z
  .string()
  .regex(/^\d+(\.\d+)?[smhd]$/, {
    message: 'expected a time such as 90s, 10m, 2h or 7d',
    abort: true,
  })
  .refine((text) => toMs(text) <= maxDurationMs, `expected at most ${maxDurationDays}d`)
  .transform(toMs);

/** `500MB` or `4GB` (powers of 1000), as bytes. */
export const sizeSchema: ZodType<number, string> = z
  .string()
  .regex(/^\d+(\.\d+)?(B|kB|MB|GB|TB)$/, 'expected a size such as 500MB or 4GB')
  .transform((text) => {
    const [, amount, unit] = /^([\d.]+)(\w+)$/.exec(text)!;
    return Math.round(Number(amount) * bytesPerUnit[unit!]!);
  });

function toMs(duration: string): number {
  return Number(duration.slice(0, -1)) * seconds[duration.slice(-1)]! * 1000;
}
