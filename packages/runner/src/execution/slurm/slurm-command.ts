import { execFile } from 'node:child_process';

/** How a command of Slurm ended. */
export interface SlurmAnswer {
  readonly isGood: boolean;
  readonly text: string;
  /** What it complained of. */
  readonly problem: string;
}

/** A controller that is away lets a command fail by itself after about 20 s. */
const timeoutMs = 60_000;

/**
 * Runs a command of Slurm, without a shell: its words arrive as they are. It never throws; what was
 * not answered is not known.
 */
export function runSlurm(command: string, words: readonly string[]): Promise<SlurmAnswer> {
  return new Promise((resolve) => {
    execFile(
      command,
      words,
      { env: slurmEnvironment(process.env), timeout: timeoutMs, maxBuffer: 2 ** 28 },
      (error, text, printed) =>
        resolve({
          isGood: error === null,
          text,
          problem: printed.trim() || (error?.message ?? ''),
        }),
    );
  });
}

const passedOn = /^(PATH|HOME|USER|LOGNAME|LANG|LD_LIBRARY_PATH|SLURM_CONF|SBATCH_\w+)$/;

/**
 * What Slurm's commands find in their environment, and jobs in theirs: not that of a job that the
 * runner itself may be, and no secrets, which would be kept by the controller.
 */
export function slurmEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => passedOn.test(name)));
}
