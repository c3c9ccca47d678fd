import { LimberError } from '@limber/files';
import { SaxesParser } from 'saxes';
import { readText } from './read-annotation-file.ts';

/** An element of an XML file, and where its first tag ends. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
  /** The file, line and column, for messages. */
  readonly where: string;
}

/**
 * Reads an XML file. Entities beyond XML's five are refused, so a small file cannot grow.
 *
 * @returns its outermost element.
 * @throws {LimberError} `missing-file`, or `invalid-annotations` naming line and column.
 */
export async function readXml(file: string): Promise<Element> {
  const text = await readText(file);
  const parser = new SaxesParser<{ position: true; xmlns: false }>({
    position: true,
    xmlns: false,
  });
  const top: Element = { name: '', attributes: {}, children: [], text: '', where: file };
  const open = [top];
  parser.on('opentag', ({ name, attributes }) => {
    const where = `${file}:${parser.line}:${parser.column + 1}`;
    const element: Element = { name, attributes, children: [], text: '', where };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('text', (piece) => {
    open.at(-1)!.text += piece;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.on('error', (cause) => {
    throw notXml(file, cause);
  });
  try {
    parser.write(text).close();
  } catch (cause) {
    throw cause instanceof LimberError ? cause : notXml(file, cause);
  }
  const [root] = top.children;
  if (root === undefined) throw notXml(file, new Error('no element'));
  return root;
}

/** The elements of a name, at any depth. */
export function elementsOf({ children }: Element, ...names: readonly string[]): Element[] {
  return children.flatMap((child) =>
    names.includes(child.name) ? [child] : elementsOf(child, ...names),
  );
}

/** @throws {LimberError} `invalid-annotations` if there is no such attribute. */
export function attribute({ attributes, where, name }: Element, wanted: string): string {
  const value = attributes[wanted];
  if (value !== undefined && value !== '') return value;
  throw new LimberError('invalid-annotations', {
    where,
    what: `<${name}> without "${wanted}"`,
    expected: `${wanted}="…"`,
    got: Object.keys(attributes).join(', ') || 'nothing',
  });
}

/** @throws {LimberError} `invalid-annotations` if it is not a number. */
export function numberAttribute(element: Element, wanted: string): number {
  return toNumber(attribute(element, wanted), element, wanted);
}

/** @throws {LimberError} `invalid-annotations` if it is not a list of points: `x,y;x,y`. */
export function pointsAttribute(element: Element): [number, number][] {
  return attribute(element, 'points')
    .split(';')
    .map((point) => {
      const [x, y, ...more] = point.split(',');
      if (x === undefined || y === undefined || more.length > 0) {
        throw new LimberError('invalid-annotations', {
          where: element.where,
          what: 'not a point',
          expected: 'x,y',
          got: `"${point.slice(0, 40)}"`,
        });
      }
      return [toNumber(x, element, 'points'), toNumber(y, element, 'points')];
    });
}

function toNumber(text: string, { where, name }: Element, attributeName: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new LimberError('invalid-annotations', {
    where,
    what: `<${name}> with another "${attributeName}"`,
    expected: 'a number',
    got: `"${text.slice(0, 40)}"`,
  });
}

function notXml(file: string, cause: unknown): LimberError {
  const text = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!;
  const [, line, column, reason] = /^(\d+):(\d+): (.*)$/.exec(text) ?? [];
  const where = line === undefined ? file : `${file}:${line}:${Number(column) + 1}`;
  const problem = { where, what: 'not XML', got: (reason ?? text).replace(/\.$/, '') };
  return new LimberError('invalid-annotations', problem, { cause });
}
