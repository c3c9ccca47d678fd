import { ascii, isDigit, isSpace } from './ascii.ts';
import type { NumberList } from './number-list.ts';
import { scanNumbers } from './scan-numbers.ts';

/** Reads JSON values from bytes one after another, without making strings or objects of them. */
export class JsonCursor {
  /** At least one byte longer than `end`; that byte is 0. */
  bytes: Buffer = Buffer.alloc(1);
  at = 0;
  end = 0;
  /** Whether every number so far was finite. */
  isFinite = true;

  /** The next byte that is not white space, which stays unread. */
  peek(): number {
    while (this.at < this.end && isSpace(this.bytes[this.at]!)) this.at++;
    if (this.at >= this.end) throw outOfBytes;
    return this.bytes[this.at]!;
  }

  /** Reads a byte if it is the next one after white space. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  /**
   * Reads a number; NaN and the infinities too, as Python writes them.
   *
   * @returns undefined if there is no number here.
   */
  takeNumber(): number | undefined {
    const first = this.peek();
    const { bytes, end } = this;
    const start = this.at;
    let at = start;
    let mantissa = 0;
    let exponent = 0;
    const sign = first === ascii.minus ? -1 : 1;
    if (sign < 0) at++;
    const digitsStart = at;
    let byte = bytes[at]!;
    for (; at < end && isDigit(byte); byte = bytes[++at]!)
      mantissa = mantissa * 10 + byte - ascii.zero;
    if (at === digitsStart) return this.#takeNumberWord();
    if (at < end && byte === ascii.point) {
      const fractionStart = ++at;
      byte = bytes[at]!;
      for (; at < end && isDigit(byte); byte = bytes[++at]!)
        mantissa = mantissa * 10 + byte - ascii.zero;
      exponent = fractionStart - at;
    }
    const hasExponent = at < end && (byte === ascii.upperE || byte === ascii.lowerE);
    if (hasExponent) while (at < end && isExponentByte(bytes[at]!)) at++;
    if (at >= end) throw outOfBytes;
    this.at = at;
    // exact: integers below 2^53 and powers of ten up to 22 are, and one division rounds once
    if (hasExponent || mantissa > Number.MAX_SAFE_INTEGER || exponent < -22) {
      const value = Number(bytes.toString('latin1', start, at));
      if (!Number.isFinite(value)) this.isFinite = false;
      if (!Number.isNaN(value)) return value;
      this.at = start;
      return undefined;
    }
    return (sign * mantissa) / powersOfTen[-exponent]!;
  }

  /**
   * Reads numbers with commas between them.
   *
   * @returns false if the next one is no number.
   */
  takeNumbers(list: NumberList): boolean {
    do {
      this.at = scanNumbers(this.bytes, this.at, list);
      const value = this.takeNumber();
      if (value === undefined) return false;
      list.add(value);
    } while (this.take(ascii.comma));
    return true;
  }

  /**
   * Reads a string and leaves its text between quotes in `bytes`.
   *
   * @returns where the text starts, or undefined if there is no string here. It ends before `at - 1`.
   */
  takeString(): number | undefined {
    if (!this.take(ascii.quote)) return undefined;
    const start = this.at;
    while (this.at < this.end) {
      const byte = this.bytes[this.at++]!;
      if (byte === ascii.backslash) this.at++;
      else if (byte === ascii.quote) return start;
    }
    throw outOfBytes;
  }

  /** Passes over any value. */
  skipValue(): boolean {
    const byte = this.peek();
    if (byte === ascii.quote) return this.takeString() !== undefined;
    if (byte === ascii.openBracket || byte === ascii.openBrace) return this.#skipNested();
    if (this.takeNumber() !== undefined) return true;
    return ['true', 'false', 'null'].some((word) => this.#takeWord(word));
  }

  #skipNested(): boolean {
    let depth = 0;
    do {
      const byte = this.peek();
      if (byte === ascii.quote) {
        this.takeString();
        continue;
      }
      this.at++;
      if (byte === ascii.openBracket || byte === ascii.openBrace) depth++;
      else if (byte === ascii.closeBracket || byte === ascii.closeBrace) depth--;
    } while (depth > 0);
    return true;
  }

  #takeNumberWord(): number | undefined {
    this.isFinite = false;
    if (this.#takeWord('NaN')) return NaN;
    if (this.#takeWord('Infinity')) return Infinity;
    return this.#takeWord('-Infinity') ? -Infinity : undefined;
  }

  #takeWord(word: string): boolean {
    for (let index = 0; index < word.length; index++) {
      if (this.at + index >= this.end) throw outOfBytes;
      if (this.bytes[this.at + index] !== word.charCodeAt(index)) return false;
    }
    this.at += word.length;
    return true;
  }
}

/** Thrown where the bytes end in the middle of a value: more of the file is needed. */
export const outOfBytes: Error = new Error('The bytes end in the middle of a value.');

const powersOfTen = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

function isExponentByte(byte: number): boolean {
  const { upperE, lowerE, plus, minus } = ascii;
  return isDigit(byte) || [upperE, lowerE, plus, minus].includes(byte as typeof plus);
}
