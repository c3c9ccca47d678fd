import type { ResolvedInput, ResolvedStage } from '../parsing/resolved-pipeline.ts';
import { findLostOutputs } from '../store/artifact.ts';
import type { View } from '../store/view.ts';
import { ensureView, findViewChange, openedView } from '../store/view.ts';
import { collectionView } from './describe-task.ts';
import { sourcesOf } from './read-parts.ts';
import type { ReaderContext } from './stored-part.ts';
import { outputOf } from './stored-part.ts';

/** A stage and where what it was given lies. */
type Given = ReaderContext & { readonly folder: string };

/**
 * Looks, after a stage has run, at what other stages had made for it. What it changed is put right, or
 * removed from the store where that holds the same file, so that nobody else reads it.
 *
 * @returns what the stage did, as a sentence; undefined if it left everything alone.
 */
export async function findInputChange(
  stage: ResolvedStage,
  given: Given,
): Promise<string | undefined> {
  let message: string | undefined;
  for (const input of stage.inputs) {
    const view = viewOf(input, given);
    const change = view && (await findViewChange(given.state, view));
    if (change === undefined) continue;
    await restore(input, given);
    message ??= `Stage "${stage.name}" changed its input "${input.name}": ${change}. Inputs are for reading only; copy what has to change to the working folder first. Its result is not kept.`;
  }
  return message;
}

function viewOf(input: ResolvedInput, given: Given): View | undefined {
  switch (input.type) {
    case 'files':
      return undefined;
    case 'output':
      return openedView(given.state, outputOf(input, given));
    case 'collection':
      return collectionView(input, given);
  }
}

/** Where the objects are whole, the view is built anew; else the stages that made them have to. */
async function restore(input: ResolvedInput, given: Given): Promise<void> {
  const { state, upstream } = given;
  for (const source of sourcesOf(input)) {
    const found = upstream(source);
    if (found.type === 'settled')
      await findLostOutputs(state, found.artifact, { isRepairing: true });
  }
  if (input.type === 'output') await ensureView(state, outputOf(input, given));
}
