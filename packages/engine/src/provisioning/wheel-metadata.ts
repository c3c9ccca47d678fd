/**
 * Lists what a Python wheel requires for one of its extras.
 *
 * @param metadata - text of the wheel's `METADATA` (core metadata 2.x, RFC 822 headers).
 * @param extra - name of the extra, such as `and-cuda`.
 * @returns pip requirements without their marker, in the order of the file:
 * `nvidia-cublas-cu12<13.0,>=12.5.3.2`. A requirement whose marker asks for more than the extra
 * (a platform, a Python version) is left out.
 * @see https://packaging.python.org/en/latest/specifications/core-metadata/#requires-dist-multiple-use
 */
export function requirementsOfExtra(metadata: string, extra: string): string[] {
  return headerLines(metadata)
    .map((line) => /^Requires-Dist:(.*)$/i.exec(line)?.[1]?.trim())
    .filter((value) => value !== undefined)
    .flatMap((value) => {
      const [requirement = '', marker = ''] = value.split(';').map((part) => part.trim());
      return isMarkerOfExtra(marker, extra) ? [requirement.replaceAll(/[()\s]/g, '')] : [];
    });
}

/** The header block, with folded lines joined; the description after the first empty line is not ours. */
function headerLines(metadata: string): string[] {
  const [headers = ''] = metadata.replaceAll('\r\n', '\n').split('\n\n', 1);
  return headers.replaceAll(/\n[ \t]+/g, ' ').split('\n');
}

function isMarkerOfExtra(marker: string, extra: string): boolean {
  const match = /^\(?\s*extra\s*==\s*(["'])(?<name>.*?)\1\s*\)?$/.exec(marker);
  return match?.groups?.['name'] !== undefined && sameName(match.groups['name'], extra);
}

/** Extras compare as package names do: case, `-`, `_` and `.` do not matter. */
function sameName(a: string, b: string): boolean {
  const normalize = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');
  return normalize(a) === normalize(b);
}
