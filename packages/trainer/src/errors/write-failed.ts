/** What the system's own codes mean. */
const meanings: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  EROFS: 'the disk is read-only',
  ENOENT: 'its folder is gone',
};

/** A checkpoint or log that could not be written. What was written before is as it was. */
export class WriteFailed extends Error {
  override readonly name = 'WriteFailed';
  readonly exitCode = 1;

  constructor(file: string, cause: unknown) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const reason = meanings[code] ?? message;
    super(
      `${file} could not be written: ${reason}. The checkpoints before it are whole: make room, and run again to go on ` +
        'from the last one.',
      { cause },
    );
  }
}
