import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { LimberError } from '@limber/keypoints';
import type { Logger } from './logger.ts';

/**
 * One JSON object per line: `{"step":50,"epoch":1,"train/loss":0.4,"lr":0.001}`. A number that is not finite is null.
 *
 * On resume the file is cut back to where it stood at the checkpoint.
 *
 * @param file - created with its folder when missing.
 */
export function createJsonlLogger(file: string): Logger {
  let descriptor: number | undefined;
  let offset = 0;
  const opened = (): number => {
    if (descriptor === undefined) throw new Error(`${file} is logged to, but was not opened.`);
    return descriptor;
  };
  return {
    open: (state) => {
      offset = state === null ? 0 : Number(state['offset']);
      const size = existsSync(file) ? statSync(file).size : 0;
      if (size < offset) throw tooShort(file, offset, size);
      mkdirSync(path.dirname(file), { recursive: true });
      descriptor = openSync(file, size === 0 ? 'w' : 'r+');
      ftruncateSync(descriptor, offset);
    },
    logMetrics: (metrics, { step, epoch }) => {
      const line = Buffer.from(`${JSON.stringify({ step, epoch, ...metrics })}\n`);
      for (let done = 0; done < line.length;) {
        done += writeSync(opened(), line, done, line.length - done, offset + done);
      }
      offset += line.length;
    },
    getState: () => ({ offset }),
    sync: () => fsyncSync(opened()),
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

function tooShort(file: string, offset: number, size: number): LimberError {
  return new LimberError('corrupt-data', {
    where: file,
    what: 'the log is shorter than it was at the checkpoint',
    expected: `at least ${offset} bytes`,
    got: `${size}`,
    fix: 'Bring the file back, or delete the checkpoints to train from the start.',
  });
}
