/** Prints what a command found: one JSON document for a program, or lines for a person. */
export function printResult<T>(
  result: T,
  { json, lines }: { readonly json: boolean; readonly lines: (result: T) => readonly string[] },
): void {
  if (json) return printJson(result);
  for (const line of lines(result)) printLine(line);
}

/** Prints one JSON document on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints a line, which may be several, on standard output. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
