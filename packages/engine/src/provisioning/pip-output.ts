import { posix } from 'node:path';

/** What a line of pip's output tells. */
export type PipNews =
  /** A wheel starts to be fetched; `sizeBytes` is null where the index does not say. */
  | { readonly type: 'download'; readonly name: string; readonly sizeBytes: number | null }
  /** The index did not answer; pip tries again. */
  | { readonly type: 'trouble'; readonly why: string };

/**
 * Reads a line of pip's output.
 *
 * @returns undefined where it tells nothing that a person waits for.
 */
export function parsePipLine(line: string): PipNews | undefined {
  return parseDownload(line) ?? parseTrouble(line);
}

/** `Downloading https://…/x.whl (274.0 MB)`, `Using cached x.whl (274.0 MB)`, `Processing /wheels/x.whl`. */
function parseDownload(line: string): PipNews | undefined {
  const match =
    /^\s*(?:Downloading|Using cached|Processing) (\S+\.whl)(?: \(([\d.]+) ?([kMG]?)B\))?\s*$/.exec(
      line,
    );
  if (match === null) return undefined;
  const [, location = '', amount, unit = ''] = match;
  const factor = { '': 1, k: 1e3, M: 1e6, G: 1e9 }[unit] ?? 1;
  const sizeBytes = amount === undefined ? null : Math.round(Number(amount) * factor);
  return { type: 'download', name: posix.basename(location.replaceAll('\\', '/')), sizeBytes };
}

/** `WARNING: Retrying (…) after connection broken by 'ReadTimeoutError("…: Read timed out.")': /simple/x/` */
function parseTrouble(line: string): PipNews | undefined {
  const broken = /Retrying \(.*\) after connection broken by '(\w+)\((.*)\)': \S*$/.exec(line);
  if (broken === null) return undefined;
  const [, kind = '', said = ''] = broken;
  const words = said
    .replaceAll(/<[^>]*>[:,]?\s*/g, '')
    .replaceAll(/^["']+|["']+$/g, '')
    .trim();
  return { type: 'trouble', why: words === '' ? kind : words };
}
