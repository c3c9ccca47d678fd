const fractionBits = 10;
const exponentBias = 15;
const largestExponent = 31;

/**
 * IEEE 754 half precision to single precision, without a loss.
 *
 * @param buffer - two bytes a number, little endian.
 */
export function float16ToFloat32(buffer: ArrayBuffer): Float32Array {
  return Float32Array.from(new Uint16Array(buffer), (bits) => {
    const sign = bits >> 15 === 0 ? 1 : -1;
    const exponent = (bits >> fractionBits) & largestExponent;
    const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
    if (exponent === 0) return sign * fraction * 2 ** (1 - exponentBias);
    if (exponent === largestExponent) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1 + fraction) * 2 ** (exponent - exponentBias);
  });
}
