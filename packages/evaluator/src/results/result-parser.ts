import { LimberError } from '@limber/files';
import type { ResultFault } from './result-fault.ts';
import { findFault, firstTokenOf, isResult, notAResult, startOf } from './result-fault.ts';
import type { ResultTable } from './result-table.ts';
import { ResultTableBuilder } from './result-table.ts';

/**
 * Parses a COCO result file that comes in pieces, so that its size does not matter.
 *
 * What has come is cut before the last `{`, where the last result seems to begin, and parsed by `JSON.parse`. Where
 * that was inside a string or a nested list, this fails, and results are taken one by one.
 *
 * Fields that the evaluation does not read are passed over. NaN and Infinity, which Python writes although JSON has
 * no such numbers, are read; the evaluation refuses them and says what they do to AP.
 */
export class ResultParser {
  readonly #file: string;
  readonly #builder: ResultTableBuilder;
  /** What has come and is not parsed yet. */
  #text = '';
  /** So much text is awaited before the next attempt. */
  #awaitedLength = 0;
  #isOpen = false;
  #isClosed = false;

  /**
   * @param file - named in every message.
   * @param sizeBytes - of the whole file; makes room for as many numbers as are to be expected.
   */
  constructor(file: string, sizeBytes: number) {
    this.#file = file;
    this.#builder = new ResultTableBuilder(1024, sizeBytes / bytesOfNumber);
  }

  /**
   * Parses every result that is whole.
   *
   * @param piece - the next part of the file, each byte a character (Latin-1).
   * @throws {LimberError} `invalid-annotations`, naming entry and field.
   */
  add(piece: string): void {
    this.#text += piece;
    if (this.#text.length < this.#awaitedLength) return;
    const before = this.#builder.length;
    this.#parse((text) => this.#takeMany(text) ?? this.#takeEach(text));
    // a result longer than a piece is looked at again when there is twice as much of it
    this.#awaitedLength = this.#builder.length === before ? 2 * this.#text.length : 0;
  }

  /**
   * The table, once the file has ended.
   *
   * @throws {LimberError} `invalid-annotations` if the list was not closed.
   */
  finish(): ResultTable {
    this.#parse((text) => this.#takeEach(text));
    if (this.#isClosed) return this.#builder.finish();
    throw new LimberError('invalid-annotations', {
      where: this.#file,
      what: 'ends too early',
      expected: 'a JSON list of results, up to its "]"',
      got: `${this.#builder.length} whole results`,
      fix: 'Was the file cut off?',
    });
  }

  /** @param take - parses results, and returns the text that is left. */
  #parse(take: (text: string) => string): void {
    let text = this.#text.trimStart();
    if (!this.#isOpen && text !== '') {
      if (!text.startsWith('[')) throw this.#notAList(text);
      this.#isOpen = true;
      text = text.slice(1).trimStart();
    }
    if (this.#builder.length === 0 && text.startsWith(']')) {
      this.#isClosed = true;
      text = text.slice(1).trimStart();
    }
    if (!this.#isClosed) text = take(text);
    if (this.#isClosed && text.trim() !== '') {
      throw this.#notJson('the end of the file', firstTokenOf(text));
    }
    this.#text = text;
  }

  /** @returns the text that is left, or undefined if it was not cut between two results. */
  #takeMany(text: string): string | undefined {
    const last = text.lastIndexOf('{');
    const results = text.slice(0, Math.max(0, last)).trimEnd();
    if (!results.endsWith(',')) return undefined;
    let list: unknown[];
    try {
      list = JSON.parse(`[${results.slice(0, -1)}]`) as unknown[];
    } catch {
      // a cut in the wrong place, NaN, or a fault, which is found by going through the results
      return undefined;
    }
    for (const item of list) this.#addResult(item);
    return text.slice(last);
  }

  /** @returns the text that is left. */
  #takeEach(text: string): string {
    let at = 0;
    for (;;) {
      const start = endOfSpace(text, at);
      if (start === text.length) return '';
      if (text[start] !== '{') throw this.#fault(notAResult(firstTokenOf(text.slice(start))));
      const end = endOfObject(text, start);
      const mark = endOfSpace(text, end);
      if (mark === text.length) return text.slice(start);
      this.#addResult(this.#parseObject(text.slice(start, end)));
      at = mark + 1;
      if (text[mark] === ']') {
        this.#isClosed = true;
        return text.slice(at);
      }
      if (text[mark] !== ',') throw this.#notJson('"," or "]"', firstTokenOf(text.slice(mark)));
    }
  }

  #parseObject(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      const quoted = text.replaceAll(stringOrNumberWord, (found) =>
        found.startsWith('"') ? found : JSON.stringify(wordMark + found),
      );
      if (quoted === text) throw this.#notJson('a result', startOf(text), error);
      return JSON.parse(quoted, (_, value: unknown) =>
        typeof value === 'string' && value.startsWith(wordMark)
          ? Number(value.slice(wordMark.length))
          : value,
      );
    }
  }

  #addResult(item: unknown): void {
    if (isResult(item)) this.#builder.add(item);
    else throw this.#fault(findFault(item));
  }

  #notAList(text: string): LimberError {
    const isDataset = /"(annotations|images|categories|info|licenses)"\s*:/.test(text);
    return new LimberError('invalid-annotations', {
      where: this.#file,
      what: 'not a list',
      expected: 'a JSON list of results [{ image_id, category_id, keypoints, score }, …]',
      got: isDataset ? 'a dataset' : firstTokenOf(text),
      ...(isDataset ? { fix: 'Was the dataset given in the place of the results?' } : {}),
    });
  }

  #notJson(expected: string, got: string, cause?: unknown): LimberError {
    return this.#fault({ what: 'not JSON', expected, got }, cause);
  }

  #fault({ field, ...problem }: ResultFault, cause?: unknown): LimberError {
    const item = `${this.#file}: results[${this.#builder.length}]`;
    const where = field === undefined ? item : `${item}.${field}`;
    return new LimberError('invalid-annotations', { ...problem, where }, { cause });
  }
}

/** A number with four decimals, its comma and a space. */
const bytesOfNumber = 10;

const stringOrNumberWord = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

/** Stands before NaN and Infinity while they are strings. */
const wordMark = '\0';

/** @returns the first place from `at` on that is no white space. */
function endOfSpace(text: string, at: number): number {
  let end = at;
  while (end < text.length && text[end]! <= ' ') end++;
  return end;
}

/** @returns the place behind the object that begins at `start`, or the end of the text if it ends before. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let isString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (isString) {
      if (character === '\\') at++;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1;
  }
  return text.length;
}
