import { LimberError } from '@limber/files';

/**
 * Puts the file before what an evaluation refuses: it only knows `annotations[3]` and `results[12]`.
 *
 * @throws {LimberError} what `run` throws.
 */
export function namingFiles<T>(annotations: string, results: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof LimberError) || !/^(annotations|results)\[/.test(error.message)) {
      throw error;
    }
    const where = error.message.startsWith('annotations') ? annotations : results;
    const what = error.message.replace(/\.$/, '');
    throw new LimberError(error.code, { where, what }, { cause: error });
  }
}
