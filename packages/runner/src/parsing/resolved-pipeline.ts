import type { DeclaredStage } from './declared-pipeline.ts';

/** A pipeline with every parameter in its place: ready to be compared with the store and run. */
export interface ResolvedPipeline {
  readonly name: string;
  readonly description: string | undefined;
  readonly file: string;
  /** In an order in which every stage follows those it needs. */
  readonly stages: readonly ResolvedStage[];
}

/** A stage with its parameters parsed and its inputs found. */
export interface ResolvedStage extends Omit<DeclaredStage, 'with' | 'inputs'> {
  /** What `with` came to; plain JSON. */
  readonly params: unknown;
  /** The name by which a person can change the value at `path` of `params`: `params.train.lr`. */
  readonly labelOf: (path: readonly string[]) => string;
  readonly inputs: readonly ResolvedInput[];
}

/** Where an input is read from. */
export type ResolvedInput =
  | {
      readonly type: 'output';
      readonly name: string;
      readonly stage: string;
      readonly output: string;
      readonly subpath: string;
    }
  | {
      readonly type: 'files';
      readonly name: string;
      /** Absolute. One file or folder, or what a list or a glob pattern came to. */
      readonly paths: readonly string[];
      /** As written by the user, one for each of `paths`. */
      readonly labels: readonly string[];
      readonly isList: boolean;
    };
