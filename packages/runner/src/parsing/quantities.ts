import { z, type ZodType } from 'zod';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** `90s`, `10m`, `2h` or `30d`, as milliseconds. */
export const durationSchema: ZodType<number, string> = z
  .string()
  .regex(/^\d+(\.\d+)?[smhd]$/, 'expected a time such as 90s, 10m, 2h or 30d')
  .transform((text) => Number(text.slice(0, -1)) * SECONDS[text.slice(-1)]! * 1000);

/** `500MB` or `4GB` (powers of 1000), as bytes. */
export const sizeSchema: ZodType<number, string> = z
  .string()
  .regex(/^\d+(\.\d+)?(B|kB|MB|GB|TB)$/, 'expected a size such as 500MB or 4GB')
  .transform((text) => {
    const [, amount, unit] = /^([\d.]+)(\w+)$/.exec(text)!;
    return Math.round(Number(amount) * BYTES[unit!]!);
  });
