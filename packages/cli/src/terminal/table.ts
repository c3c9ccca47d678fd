/** A cell of a table; numbers stand to the right. */
export type Cell = string | number | undefined;

/** The lines of a table with a header: columns as wide as they have to be, an empty cell as `-`. */
export function tableLines(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
): string[] {
  const texts = rows.map((row) => row.map(showCell));
  const widths = header.map((name, column) =>
    Math.max(name.length, ...texts.map((row) => row[column]!.length)),
  );
  const isNumeric = header.map((_, column) => rows.every((row) => typeof row[column] !== 'string'));
  const align = (row: readonly string[]): string =>
    row
      .map((text, column) =>
        isNumeric[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [header, ...texts].map(align);
}

/** A cell as a table shows it: four digits of a number. */
export function showCell(cell: Cell): string {
  if (cell === undefined) return '-';
  return typeof cell === 'string' ? cell : String(Number(cell.toPrecision(4)));
}
