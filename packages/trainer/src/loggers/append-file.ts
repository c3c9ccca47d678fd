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
import { dirname } from 'node:path';
import { LimberError } from '@limber/files';
import { WriteFailed } from '../errors/write-failed.ts';

/** A file that grows at its end, and can be cut back to where it stood at a checkpoint. */
export interface AppendFile {
  /** Bytes that were written. */
  readonly offset: number;
  /**
   * Opens it for writing from `offset` on, and drops what is behind.
   *
   * @throws {LimberError} `corrupt-data` if it is shorter than that.
   */
  open(offset: number): void;
  /** @throws {WriteFailed} if the disk is full. */
  append(bytes: Uint8Array): void;
  /** Makes everything up to now outlast a loss of power. */
  sync(): void;
  close(): void;
}

/** @param file - created with its folder when missing. */
export function createAppendFile(file: string): AppendFile {
  let descriptor: number | undefined;
  let offset = 0;
  const opened = (): number => {
    if (descriptor === undefined) throw new Error(`${file} is written to, but was not opened.`);
    return descriptor;
  };
  return {
    get offset() {
      return offset;
    },
    open: (from) => {
      offset = from;
      const size = existsSync(file) ? statSync(file).size : 0;
      if (size < offset) throw tooShort(file, offset, size);
      mkdirSync(dirname(file), { recursive: true });
      descriptor = openSync(file, size === 0 ? 'w' : 'r+');
      ftruncateSync(descriptor, offset);
    },
    append: (bytes) => {
      try {
        for (let done = 0; done < bytes.length;) {
          done += writeSync(opened(), bytes, done, bytes.length - done, offset + done);
        }
      } catch (error) {
        throw new WriteFailed(file, error);
      }
      offset += bytes.length;
    },
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
