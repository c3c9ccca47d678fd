import type { StageDefinition } from '../stage-definition.ts';
import type { Place } from './diagnostic.ts';
import type { ExecutorName, RemoteEntry, RetryEntry } from './pipeline-schema.ts';
import type { PipelineSource } from './read-source.ts';

/** A pipeline whose structure is sound; its parameters are not yet resolved. */
export interface DeclaredPipeline {
  readonly name: string;
  readonly description: string | undefined;
  /** As shown in messages: relative to the workspace where possible. */
  readonly file: string;
  readonly source: PipelineSource;
  /** Where results are shared, references included. */
  readonly remote: RemoteEntry | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  /** In an order in which every stage follows those it needs. */
  readonly stages: readonly DeclaredStage[];
}

/** A stage whose references all lead somewhere. */
export interface DeclaredStage {
  readonly name: string;
  readonly description: string | undefined;
  readonly action: StageAction;
  /** `with` as written, references included. */
  readonly with: unknown;
  /** `matrix` as written; undefined for a single stage. */
  readonly matrix: unknown;
  /** `when` as written. */
  readonly when: string | boolean;
  /** Whether its last outputs are kept for as long as they exist, whatever changes. */
  readonly isFrozen: boolean;
  readonly inputs: readonly DeclaredInput[];
  readonly outputs: readonly StageOutput[];
  /** Where an output was declared. */
  readonly placeOfOutput: (output: string) => Place;
  /** Every stage that must be done before: those in `needs:` and those whose outputs are read. */
  readonly needs: readonly string[];
  /** Names of environment variables whose values are part of the fingerprint. */
  readonly environment: readonly string[];
  readonly resources: StageResources;
  /** Where it runs if the run does not say so. */
  readonly executor: ExecutorName;
  readonly slurm: SlurmOptions;
  readonly retry: RetryEntry | undefined;
  readonly timeoutMs: number | undefined;
  /** False if it runs every time; undefined if nobody said so. */
  readonly isCached: boolean | undefined;
  /** The params that only extend its work, if it goes on from its working folder. */
  readonly resumable: readonly string[] | undefined;
}

/** What a stage takes of the machine while it runs. */
export interface StageResources {
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly gpu: number;
}

/** What a stage's job asks of Slurm besides its resources; what is undefined is left to the cluster. */
export interface SlurmOptions {
  readonly partition: string | undefined;
  readonly account: string | undefined;
  readonly timeMs: number | undefined;
}

/** How a stage does its work. */
export type StageAction =
  | { readonly type: 'module'; readonly definition: StageDefinition }
  | {
      readonly type: 'command';
      /** As written. */
      readonly command: string;
      /** What its references came to, in their order. */
      readonly values: readonly { readonly label: string; readonly value: string }[];
    };

/** An output's name and its path inside the stage's private folder. */
interface StageOutput {
  readonly name: string;
  readonly path: string;
}

/** What an input reads: another stage's output (or a part of it), or the user's own files. */
export type DeclaredInput = {
  readonly name: string;
  /** The name as written: with a `?` at the end if the input is left out where it has no value. */
  readonly key: string;
} & (
  | {
      readonly type: 'output';
      readonly stage: string;
      readonly output: string;
      /** Inside the output, `/`-separated; empty for all of it. */
      readonly subpath: string;
    }
  | { readonly type: 'files'; readonly templates: readonly string[]; readonly isList: boolean }
);
