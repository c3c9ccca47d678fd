import { ascii } from './ascii.ts';
import type { NumberList } from './number-list.ts';

/**
 * Adds decimal numbers to a list, each of which a comma follows: the inner loop of reading results.
 *
 * It stops before the first number that it leaves to others: one without a comma behind it, with an exponent, with
 * more digits than a double holds and no certain rounding, or none at all.
 *
 * @param bytes - with a byte behind the last one that is neither white space nor part of a number.
 * @returns the place of the number it stopped before.
 */
export function scanNumbers(bytes: Uint8Array, start: number, list: NumberList): number {
  let at = start;
  for (;;) {
    const tokenStart = at;
    let byte = bytes[at]!;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at]!;
    const isNegative = byte === ascii.minus;
    if (isNegative) byte = bytes[++at]!;
    const wholeStart = at;
    // integers wrap around above 9 digits and are not used then
    let high = 0;
    while ((byte - ascii.zero) >>> 0 < 10) {
      high = (high * 10 + byte - ascii.zero) | 0;
      byte = bytes[++at]!;
    }
    const wholeDigits = at - wholeStart;
    if (wholeDigits === 0 || wholeDigits > maximumDigits) return tokenStart;
    let low = 0;
    let lowDigits = 0;
    let fractionDigits = 0;
    if (byte === ascii.point) {
      const fractionStart = ++at;
      byte = bytes[at]!;
      const highEnd = fractionStart + maximumDigits - wholeDigits;
      while (at < highEnd && (byte - ascii.zero) >>> 0 < 10) {
        high = (high * 10 + byte - ascii.zero) | 0;
        byte = bytes[++at]!;
      }
      const lowStart = at;
      while ((byte - ascii.zero) >>> 0 < 10) {
        low = (low * 10 + byte - ascii.zero) | 0;
        byte = bytes[++at]!;
      }
      lowDigits = at - lowStart;
      fractionDigits = at - fractionStart;
    }
    if (byte !== ascii.comma || lowDigits > maximumDigits) return tokenStart;
    const value = toDouble(high, low, lowDigits, fractionDigits);
    if (value < 0) return tokenStart;
    at++;
    list.add(isNegative ? -value : value);
  }
}

/** As many as a 32-bit integer surely holds. */
const maximumDigits = 9;

const powersOfTen = Float64Array.from({ length: 2 * maximumDigits + 1 }, (_, power) =>
  Number(`1e${power}`),
);

/**
 * The double nearest to (high · 10^lowDigits + low) / 10^fractionDigits.
 *
 * @returns -1 if its rounding is not certain.
 */
function toDouble(high: number, low: number, lowDigits: number, fractionDigits: number): number {
  const divisor = powersOfTen[fractionDigits]!;
  if (lowDigits === 0) return high / divisor;
  const digits = high * powersOfTen[lowDigits]! + low;
  // exact: integers up to 2^53 and powers of ten up to 22 are, and one division rounds once
  if (digits <= Number.MAX_SAFE_INTEGER) return digits / divisor;
  return divideTwice(high, powersOfTen[lowDigits]!, low, divisor);
}

/**
 * (high · scale + low) / divisor with about 100 bits: the numerator as the sum of two doubles, the quotient too.
 * Where the second double might turn the rounding either way, -1.
 *
 * @see Dekker 1971, A floating-point technique for extending the available precision.
 */
function divideTwice(high: number, scale: number, low: number, divisor: number): number {
  const upper = (high >>> 15) * scale * 0x8000;
  const lower = (high & 0x7fff) * scale + low;
  const sum = upper + lower;
  const sumError = lower - (sum - upper);
  const quotient = sum / divisor;
  const product = quotient * divisor;
  const [quotientHead, divisorHead] = [headOf(quotient), headOf(divisor)];
  const [quotientTail, divisorTail] = [quotient - quotientHead, divisor - divisorHead];
  const productError =
    quotientHead * divisorHead -
    product +
    quotientHead * divisorTail +
    quotientTail * divisorHead +
    quotientTail * divisorTail;
  const correction = (sum - product - productError + sumError) / divisor;
  const above = quotient + correction * (1 + 2 ** -40);
  const below = quotient + correction * (1 - 2 ** -40);
  return above === below ? above : -1;
}

/** The upper 26 bits of a double. */
function headOf(value: number): number {
  const scaled = value * (2 ** 27 + 1);
  return scaled - (scaled - value);
}
