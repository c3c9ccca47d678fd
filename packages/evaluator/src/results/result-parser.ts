import { LimberError } from '@limber/files';
import { ascii } from './ascii.ts';
import { JsonCursor, outOfBytes } from './json-cursor.ts';
import { nameAt } from './name-at.ts';
import { NumberList } from './number-list.ts';
import { ResultTableBuilder } from './result-table-builder.ts';
import type { ResultTable } from './result-table.ts';

/**
 * Parses a COCO result file that comes in pieces.
 *
 * Fields that the evaluation does not read are passed over. NaN and Infinity, which Python writes though JSON has no
 * such numbers, are read; the evaluation refuses them and says what they do to AP.
 */
export class ResultParser {
  readonly #file: string;
  readonly #cursor = new JsonCursor();
  readonly #builder: ResultTableBuilder;
  readonly #box = new NumberList(4);
  #expects: 'list' | 'first' | 'result' | 'mark' | 'nothing';

  /**
   * @param file - named in every message.
   * @param sizeBytes - of all pieces; makes room for as many numbers as are to be expected.
   * @param start - whether the pieces begin with the list or with a result in the middle of it.
   */
  constructor(file: string, sizeBytes: number, start: 'list' | 'result' = 'list') {
    this.#file = file;
    this.#expects = start;
    this.#builder = new ResultTableBuilder(1024, sizeBytes / bytesOfNumber);
  }

  /**
   * Parses every result that is whole.
   *
   * @param bytes - up to before `end`, where there is a 0.
   * @returns how many bytes it is done with; the rest are to come again at the start of the next piece.
   * @throws {LimberError} `invalid-annotations` or `shape-mismatch`, naming entry and field.
   */
  parse(bytes: Buffer, end: number): number {
    const cursor = this.#cursor;
    cursor.bytes = bytes;
    cursor.at = 0;
    cursor.end = end;
    let done = 0;
    try {
      for (;;) {
        this.#step();
        done = cursor.at;
      }
    } catch (error) {
      if (error !== outOfBytes) throw error;
      this.#builder.restartResult();
      return done;
    }
  }

  /**
   * The table, once the file has ended.
   *
   * @throws {LimberError} `invalid-annotations` if the list was not closed.
   */
  finish(): ResultTable {
    if (this.#expects === 'nothing') return this.#builder.finish(this.#cursor.isFinite);
    throw new LimberError('invalid-annotations', {
      where: this.#file,
      what: 'ends too early',
      expected: 'a JSON list of results, up to its "]"',
      got: `${this.#builder.length} whole results`,
      fix: 'Was the file cut off?',
    });
  }

  /**
   * The table, where the rest of the list was parsed by another parser.
   *
   * @returns undefined unless a result is what comes next.
   */
  finishWith(rest: ResultTable): ResultTable | undefined {
    if (this.#expects !== 'result') return undefined;
    this.#builder.append(rest);
    return this.#builder.finish(this.#cursor.isFinite && rest.isFinite);
  }

  #step(): void {
    const cursor = this.#cursor;
    switch (this.#expects) {
      case 'list':
        if (!cursor.take(ascii.openBracket)) throw this.#notAList();
        this.#expects = 'first';
        return;
      case 'first':
        if (cursor.take(ascii.closeBracket)) this.#expects = 'nothing';
        else this.#parseResult();
        return;
      case 'result':
        this.#parseResult();
        return;
      case 'mark':
        if (cursor.take(ascii.closeBracket)) this.#expects = 'nothing';
        else if (cursor.take(ascii.comma)) this.#expects = 'result';
        else throw this.#notJson('"," or "]"');
        return;
      case 'nothing':
        cursor.peek();
        throw this.#notJson('the end of the file');
    }
  }

  #parseResult(): void {
    const cursor = this.#cursor;
    if (!cursor.take(ascii.openBrace)) throw this.#unexpected('', 'not a result', 'an object');
    let imageId: number | undefined;
    let categoryId: number | undefined;
    let score: number | undefined;
    let hasKeypoints = false;
    if (!cursor.take(ascii.closeBrace)) {
      do {
        const field = this.#parseName();
        if (field === 'image_id') imageId = this.#parseId(field);
        else if (field === 'category_id') categoryId = this.#parseId(field);
        else if (field === 'score') score = this.#parseNumber(field, 'not a score', 'a number');
        else if (field === 'bbox') this.#parseBox();
        else if (field === 'keypoints') {
          this.#parseKeypoints();
          hasKeypoints = true;
        } else if (!cursor.skipValue()) throw this.#notJson('a value');
      } while (cursor.take(ascii.comma));
      if (!cursor.take(ascii.closeBrace)) throw this.#notJson('"," or "}"');
    }
    if (imageId === undefined) throw this.#missing('image_id');
    if (categoryId === undefined) throw this.#missing('category_id');
    if (score === undefined) throw this.#missing('score');
    if (!hasKeypoints) throw this.#missing('keypoints');
    this.#builder.endResult(imageId, categoryId, score);
    this.#expects = 'mark';
  }

  /** @returns the name of a field that the evaluation reads, or undefined for another. */
  #parseName(): (typeof fieldNames)[number] | undefined {
    const start = this.#cursor.takeString();
    if (start === undefined) throw this.#notJson('the name of a field');
    const end = this.#cursor.at - 1;
    if (!this.#cursor.take(ascii.colon)) throw this.#notJson('":"');
    return nameAt(fieldNames, this.#cursor.bytes, start, end);
  }

  #parseNumber(field: string, what: string, expected: string): number {
    const value = this.#cursor.takeNumber();
    if (value === undefined) throw this.#unexpected(field, what, expected);
    return value;
  }

  #parseId(field: string): number {
    const id = this.#parseNumber(field, 'not an id', 'an integer');
    if (Number.isInteger(id)) return id;
    throw this.#problem(field, { what: 'not an id', expected: 'an integer', got: `${id}` });
  }

  #parseKeypoints(): void {
    const expected = 'a list of numbers, x, y and score for each joint';
    this.#builder.restartKeypoints();
    this.#parseList('keypoints', expected, this.#builder.coordinates);
  }

  #parseBox(): void {
    const expected = '4 numbers: x, y, width, height';
    const box = this.#box;
    box.length = 0;
    this.#parseList('bbox', expected, box);
    const [x, y, width, height] = box.values;
    if (box.length === 4) this.#builder.setBox(x!, y!, width!, height!);
    else if (box.length > 0) {
      throw this.#problem('bbox', { what: 'wrong length', expected, got: `${box.length}` });
    }
  }

  #parseList(field: string, expected: string, list: NumberList): void {
    const cursor = this.#cursor;
    if (!cursor.take(ascii.openBracket)) throw this.#unexpected(field, 'not a list', expected);
    if (cursor.take(ascii.closeBracket)) return;
    const before = list.length;
    if (!cursor.takeNumbers(list)) {
      const index = list.length - before;
      throw this.#unexpected(`${field}[${index}]`, 'not a number', 'a number');
    }
    if (!cursor.take(ascii.closeBracket)) throw this.#notJson('"," or "]"');
  }

  #notAList(): LimberError {
    const start = this.#cursor.bytes
      .subarray(0, Math.min(this.#cursor.end, 64 * 1024))
      .toString('latin1');
    const isDataset = /"(annotations|images|categories|info|licenses)"\s*:/.test(start);
    return new LimberError('invalid-annotations', {
      where: this.#file,
      what: 'not a list',
      expected: 'a JSON list of results [{ image_id, category_id, keypoints, score }, …]',
      got: isDataset ? 'a dataset' : this.#describeNext(),
      ...(isDataset ? { fix: 'Was the dataset given in the place of the results?' } : {}),
    });
  }

  #missing(field: string): LimberError {
    return this.#problem(field, { what: 'missing', expected: 'a value', got: 'none' });
  }

  #unexpected(field: string, what: string, expected: string): LimberError {
    return this.#problem(field, { what, expected, got: this.#describeNext() });
  }

  #notJson(expected: string): LimberError {
    return this.#problem('', { what: 'not JSON', expected, got: this.#describeNext() });
  }

  #problem(field: string, problem: { what: string; expected: string; got: string }): LimberError {
    const item = `${this.#file}: results[${this.#builder.length}]`;
    const where = field === '' ? item : `${item}.${field}`;
    return new LimberError('invalid-annotations', { where, ...problem });
  }

  /** The start of what comes next, as far as it is in the piece at hand. */
  #describeNext(): string {
    const { bytes, at, end } = this.#cursor;
    const text = bytes.subarray(at, Math.min(at + 24, end)).toString('utf8');
    return /^(?:[[\]{},]|[^[\]{},\n]*)/.exec(text)![0].trim();
  }
}

/** A number with four decimals, its comma and a space. */
const bytesOfNumber = 10;

const fieldNames = ['keypoints', 'image_id', 'category_id', 'score', 'bbox'] as const;
