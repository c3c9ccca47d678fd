import { stripVTControlCharacters } from 'node:util';

/**
 * The line for a machine on which no native TensorFlow could be set up.
 *
 * @param because - why each native way failed, in the order tried.
 */
export function wasmNotice(because: readonly string[]): string {
  return (
    'Engine: WebAssembly, 3 to 6 times slower than native TensorFlow, ' +
    `which could not be set up (${because.map(inOneLine).join('; ')}). ` +
    'Run `limber doctor` to see what to install, then `limber setup`.'
  );
}

const mostCharacters = 120;

/** Of a reason of many lines, such as the output of a command, the last error, else how it begins. */
function inOneLine(reason: string): string {
  const lines = stripVTControlCharacters(reason)
    .split('\n')
    .map((line) => line.replace(/^[\s|]+/, '').trim());
  const line = lines.findLast((each) => /^error\b/i.test(each)) ?? lines[0]!;
  return line.length <= mostCharacters ? line : `${line.slice(0, mostCharacters)}…`;
}
