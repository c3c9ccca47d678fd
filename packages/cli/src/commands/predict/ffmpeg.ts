import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { LimberError } from '@limber/files';
import { z } from 'zod';

/** A running program of ffmpeg's. */
export interface Program {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** @throws {LimberError} `missing-file` if it is not installed; `invalid-image` with its last line if it failed. */
  ended(): Promise<void>;
  kill(): void;
}

/**
 * Starts `ffmpeg` or `ffprobe` of the system.
 *
 * @param about - the file that it reads or writes, for messages.
 */
export function startProgram(
  name: 'ffmpeg' | 'ffprobe',
  parameters: readonly string[],
  about: string,
): Program {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(name, [...parameters], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk.toString('utf8')}`.slice(-4000);
  });
  // what it did not read is said by its exit code
  child.stdin.on('error', () => {});
  const result = new Promise<LimberError | undefined>((resolve) => {
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const isMissing = cause.code === 'ENOENT';
      const what = isMissing
        ? `needs ${name}, which is not installed`
        : `${name} cannot be started`;
      const fix = 'Install ffmpeg, such as by `apt-get install ffmpeg` or `brew install ffmpeg`.';
      resolve(new LimberError('missing-file', { where: about, what, fix }, { cause }));
    });
    child.on('close', (code) => {
      const got = errors.trim().split('\n').at(-1) || `exit code ${code}`;
      const problem = { where: about, what: `${name} failed`, got };
      resolve(code === 0 ? undefined : new LimberError('invalid-image', problem));
    });
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    ended: async () => {
      const error = await result;
      if (error !== undefined) throw error;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

const rate = /^(\d+)\/(\d+)$/;
const probeSchema = z.object({
  streams: z.array(
    z.object({ avg_frame_rate: z.string(), nb_frames: z.string().regex(/^\d+$/).optional() }),
  ),
});

/** How fast a video runs, and how many frames it says to have. */
export interface VideoInfo {
  readonly framesPerSecond: number;
  readonly frames: number | undefined;
}

/** @throws {LimberError} as {@link Program.ended}; `invalid-image` for a file without a moving picture. */
export async function probeVideo(file: string): Promise<VideoInfo> {
  const entries = 'stream=avg_frame_rate,nb_frames';
  const probe = startProgram(
    'ffprobe',
    ['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', file],
    file,
  );
  let text = '';
  for await (const chunk of probe.stdout) text += String(chunk);
  await probe.ended();
  const [stream] = probeSchema.parse(JSON.parse(text)).streams;
  const [, count, seconds] = rate.exec(stream?.avg_frame_rate ?? '') ?? [];
  const framesPerSecond = Number(count) / Number(seconds);
  if (!(framesPerSecond > 0 && framesPerSecond < 10_000)) {
    const expected = 'a video with frames and times';
    throw new LimberError('invalid-image', { where: file, what: 'not a video', expected });
  }
  const frames = stream?.nb_frames === undefined ? undefined : Number(stream.nb_frames);
  return { framesPerSecond, frames };
}
