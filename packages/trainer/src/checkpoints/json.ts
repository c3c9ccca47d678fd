/** What JSON can hold. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const numberKey = '$number';

/** JSON that keeps NaN and the infinities, which `JSON.stringify` would turn into null. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? { [numberKey]: String(part) } : part,
  );
}

/** Undoes {@link encodeJson}. */
export function decodeJson(text: string): unknown {
  return JSON.parse(text, (_key, part: unknown) => {
    const number = (part as { readonly [numberKey]?: unknown } | null)?.[numberKey];
    return typeof number === 'string' ? Number(number) : part;
  });
}
