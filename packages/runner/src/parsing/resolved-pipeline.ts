import type { DeclaredStage } from './declared-pipeline.ts';
import type { Combination } from './expand-matrix.ts';
import type { RemoteEntry } from './pipeline-schema.ts';

/** A pipeline with every parameter in its place: ready to be compared with the store and run. */
export interface ResolvedPipeline {
  readonly name: string;
  readonly description: string | undefined;
  readonly file: string;
  /** Absolute paths of the YAML files it was read from. */
  readonly files: readonly string[];
  /** The folder or `s3://` place that results are shared through. */
  readonly remote: RemoteEntry | undefined;
  /** With those of the command line, references as they are written. */
  readonly params: Readonly<Record<string, unknown>>;
  /** In an order in which every stage follows those it needs. */
  readonly stages: readonly ResolvedStage[];
}

/** A stage with its parameters parsed and its inputs found; one of several, if it has a matrix. */
export interface ResolvedStage extends Omit<DeclaredStage, 'with' | 'inputs' | 'matrix' | 'when'> {
  /** As in the file; `name` has the values of the matrix behind it: `train@tiny-1`. */
  readonly declaredName: string;
  /** The values of its matrix. */
  readonly combination: Combination;
  /** Why the stage is not part of this run: its `when`, or that of a stage it reads. */
  readonly leftOut: string | undefined;
  /** What `with` came to; plain JSON. */
  readonly params: unknown;
  /** The name by which a person can change the value at `path` of `params`: `params.train.lr`. */
  readonly labelOf: (path: readonly string[]) => string;
  readonly inputs: readonly ResolvedInput[];
}

/** A part of another stage's output. */
export interface OutputPart {
  readonly stage: string;
  readonly output: string;
  /** Inside the output, `/`-separated; empty for all of it. */
  readonly subpath: string;
}

/** Where an input is read from. */
export type ResolvedInput =
  | ({ readonly type: 'output'; readonly name: string } & OutputPart)
  /** The outputs of several members of a matrix, seen as one folder with an entry for each. */
  | {
      readonly type: 'collection';
      readonly name: string;
      /** Name in the folder → what is there. */
      readonly members: Readonly<Record<string, OutputPart>>;
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
