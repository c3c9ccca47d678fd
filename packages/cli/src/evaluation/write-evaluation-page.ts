import { rename, rm, writeFile } from 'node:fs/promises';
import { LimberError } from '@limber/files';
import type { EvaluationOptions } from './evaluation-options.ts';
import { evaluationPage } from './evaluation-page.ts';
import type { EvaluationOutcome } from './run-evaluation.ts';

/**
 * Writes the page of an evaluation, whole or not at all.
 *
 * @throws {LimberError} `missing-file` if it cannot be written there, or a photograph is missing.
 */
export async function writeEvaluationPage(
  outcome: EvaluationOutcome,
  options: EvaluationOptions,
  file: string,
): Promise<void> {
  const page = await evaluationPage(outcome, options);
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, page);
    await rename(unfinished, file);
  } catch (cause) {
    await rm(unfinished, { force: true });
    const problem = { where: file, what: 'cannot be written', got: String(cause) };
    throw new LimberError('missing-file', problem, { cause });
  }
}
