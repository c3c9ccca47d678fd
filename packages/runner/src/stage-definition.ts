import type { ZodType } from 'zod';

/** What a pipeline's `uses:` names. */
export interface StageDefinition {
  /** The name after `uses:`. */
  readonly name: string;
  /** File URL of an ES module whose default export is a {@link StageModule}. */
  readonly module: string;
  /** Schema of `with`: {@link StageModule.params} of the module. */
  readonly params?: ZodType | undefined;
  /** Keeps its working folder across interruptions, so that the next run goes on from there. */
  readonly resumable?: boolean;
  /** Params that only extend a resumable stage's work (`epochs`): not in its working folder's key. */
  readonly extending?: readonly string[];
  /**
   * Paths of the user's own code that params name and the stage loads, relative to the workspace: it is part of the fingerprint as
   * the stage's own code is.
   */
  readonly codeOf?: (params: unknown) => readonly string[];
  /**
   * What decides the stage's result besides all that is given to it: the engine that computes, the
   * precision that `auto` comes to here. Name → value, as people know them; quick, asked in every run.
   */
  readonly environmentOf?: (
    params: unknown,
    how: { readonly isDryRun: boolean },
  ) => Promise<Readonly<Record<string, string>>>;
}

/**
 * The default export of a stage's module. `run` is called in a process of its own.
 *
 * @example
 * const stage: StageModule<{ readonly sigmaPx: number }> = {
 *   params: z.strictObject({ sigmaPx: z.number().positive().default(2) }),
 *   async run({ params, inputs, outputs }) {
 *     await blur(inputs.image, outputs.image, params.sigmaPx);
 *   },
 * };
 * export default stage;
 */
export interface StageModule<Params = unknown> {
  /**
   * Schema of `with`; its output is what `run` is given, which must survive JSON. It must keep the
   * keys it is given: one that it drops counts as unknown.
   */
  readonly params?: ZodType<Params>;
  run(context: StageContext<Params>): Promise<StageResult | void>;
}

/** What a stage may hand back when it is done. */
export interface StageResult {
  /** Stored with the outputs and shown in the summary. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** What a stage is given. All paths are absolute. */
export interface StageContext<Params = unknown> {
  /** The stage's name in the pipeline. */
  readonly name: string;
  /** `with`, references resolved and parsed by the definition's schema. */
  readonly params: Params;
  /** Input name → file or folder, to be read only. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Output name → where the stage creates that file or folder. Private until the stage is done. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Private scratch folder. A resumable stage finds it as an earlier attempt left it. */
  readonly workDir: string;
  /** Adds metrics, which are stored with the outputs and shown in the summary. */
  readonly report: (metrics: Readonly<Record<string, number>>) => void;
  /** Says what the outputs are made with (`engine`, a version), which is stored with them. */
  readonly provenance: (facts: Readonly<Record<string, string>>) => void;
  /** Shows one line of progress. */
  readonly progress: (line: string) => void;
  /** Shows one line that a person must see; unlike progress, none is left out. */
  readonly warn: (line: string) => void;
  /** Adds a point to a plot, which is stored with the outputs and drawn on the page of all runs. */
  readonly plot: (name: string, x: number, y: number) => void;
  /** Aborted on SIGTERM or SIGINT: finish the step, save, then throw or return. */
  readonly signal: AbortSignal;
}
