import { once } from 'node:events';
import type { Pixels } from '@limber/dataset-loader';
import type { Size } from '@limber/keypoints';
import { startProgram } from './ffmpeg.ts';

/**
 * Decodes a video, upright, at a constant rate: frame i is what is seen at i / framesPerSecond.
 *
 * @throws {LimberError} as `Program.ended`.
 */
export async function* readFrames(
  file: string,
  framesPerSecond: number,
): AsyncGenerator<Pixels, void, undefined> {
  const program = startProgram(
    'ffmpeg',
    words('-nostdin -v error -i % -an -fps_mode cfr -r % -f image2pipe -c:v ppm -', [
      file,
      `${framesPerSecond}`,
    ]),
    file,
  );
  try {
    let chunks: Buffer[] = [];
    let bytes = 0;
    // of a whole frame, once its size is known: joining less would copy a large frame a hundred times
    let wanted = 0;
    for await (const chunk of program.stdout as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes < wanted) continue;
      let rest = Buffer.concat(chunks);
      for (let frame = takeFrame(rest); frame !== undefined; frame = takeFrame(rest)) {
        yield frame.pixels;
        wanted = frame.bytes;
        rest = rest.subarray(wanted);
      }
      chunks = [rest];
      bytes = rest.length;
    }
    await program.ended();
  } finally {
    program.kill();
  }
}

/** As ffmpeg writes it: `P6`, width and height, 255, then red, green and blue of every pixel. */
const header = /^P6\n(\d+) (\d+)\n255\n/;
const longestHeader = 32;

/** @returns none while the frame is not there as a whole. */
function takeFrame(bytes: Buffer): { pixels: Pixels; bytes: number } | undefined {
  const match = header.exec(bytes.toString('latin1', 0, longestHeader));
  if (match === null) return undefined;
  const size = { width: Number(match[1]), height: Number(match[2]) };
  const start = match[0].length;
  const end = start + size.width * size.height * 3;
  if (bytes.length < end) return undefined;
  return { pixels: { size, data: bytes.subarray(start, end) }, bytes: end };
}

/** A video that is being written. */
export interface VideoWriter {
  /** @param rgb - [height, width, 3]. */
  write(rgb: Uint8Array): Promise<void>;
  /** @throws {LimberError} as `Program.ended`. */
  end(): Promise<void>;
  /** Ends it as it is. */
  abandon(): void;
}

/** Writes a video of one size and rate; its format is that of the file's name. */
export function createVideoWriter(
  file: string,
  { size, framesPerSecond }: { readonly size: Size; readonly framesPerSecond: number },
): VideoWriter {
  const program = startProgram(
    'ffmpeg',
    [
      ...words('-v error -f rawvideo -pix_fmt rgb24 -s % -r % -i -', [
        `${size.width}x${size.height}`,
        `${framesPerSecond}`,
      ]),
      // most players want even sides and this layout of colours
      ...words('-vf pad=ceil(iw/2)*2:ceil(ih/2)*2 -pix_fmt yuv420p -y %', [file]),
    ],
    file,
  );
  const ended = program.ended();
  // said by `write` or `end`
  ended.catch(() => {});
  return {
    write: async (rgb) => {
      if (program.stdin.write(rgb)) return;
      await Promise.race([once(program.stdin, 'drain'), ended]);
    },
    end: async () => {
      program.stdin.end();
      await ended;
    },
    abandon: () => {
      program.kill();
    },
  };
}

/** The words of a command line, each `%` a value as it is. */
function words(text: string, values: readonly string[]): string[] {
  const rest = [...values];
  return text.split(' ').map((word) => (word === '%' ? rest.shift()! : word));
}
