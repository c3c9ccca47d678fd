import type { ZodType } from 'zod';
import { z } from 'zod';
import { durationSchema, sizeSchema } from './quantities.ts';

const nameRule = 'expected a letter, then letters, digits, "_" or "-"';

/** Names of pipelines, stages, inputs and outputs: they become folders and parts of references. */
const nameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, nameRule);

const locationSchema = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: 'expected a path, a reference such as ${{ stages.build.dataset }}, or a list of paths',
});

/** As a name; a `?` at the end makes the input optional. */
const inputNameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*\??$/, nameRule);

/** What a stage takes of the machine while it runs. */
interface ResourceEntry {
  /** Processors. */
  readonly cpu?: number | undefined;
  /** Bytes. */
  readonly memory?: number | undefined;
  /** Whole GPUs; the stage sees those it was given, by `CUDA_VISIBLE_DEVICES`. */
  readonly gpu?: number | undefined;
}

/** What can run stages. */
export type ExecutorName = (typeof executorNames)[number];

/** The names that `executor:` and `--executor` take. */
const executorNames = ['local', 'slurm'] as const;

/** What the jobs of stages ask of Slurm besides their resources, references not yet resolved. */
interface SlurmEntry {
  readonly partition?: string | undefined;
  readonly account?: string | undefined;
  /** Milliseconds. */
  readonly time?: number | undefined;
}

/** Which failures are temporary, and how often to try again. */
export interface RetryEntry {
  /** Tries after the first. */
  readonly times: number;
  /** Milliseconds before the second try; doubled before each further one. */
  readonly delay: number;
  /** Exit codes of a command. */
  readonly exitCodes: readonly number[];
  /** Parts of the error's message or of the last lines that were printed. */
  readonly messages: readonly string[];
}

/** What a pipeline can set for all its stages at once. */
export interface StageDefaults {
  readonly env?: readonly string[] | undefined;
  readonly resources?: ResourceEntry | undefined;
  readonly retry?: RetryEntry | undefined;
  readonly executor?: ExecutorName | undefined;
  readonly slurm?: SlurmEntry | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
}

/** One entry of `stages:`, references not yet resolved. */
export interface StageEntry extends StageDefaults {
  readonly description?: string | undefined;
  readonly uses?: string | undefined;
  readonly run?: string | undefined;
  readonly needs: readonly string[];
  readonly with?: string | Readonly<Record<string, unknown>> | undefined;
  readonly matrix?: string | Readonly<Record<string, unknown>> | undefined;
  readonly when?: string | boolean | undefined;
  /** Whether its last outputs are kept for as long as they exist, whatever changes. */
  readonly frozen: boolean;
  /** The params that only extend the work of a stage that goes on from its working folder. */
  readonly resumable?: readonly string[] | undefined;
  /** Whether the same parts are taken to give the same outputs; asked of commands that read nothing. */
  readonly cache?: boolean | undefined;
  /** Name, with a `?` at the end if it is optional → where it is read from. */
  readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  /** Name → path inside the stage's own folder. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Where results are shared; with `read`, nothing is ever stored there. */
export interface RemoteEntry {
  readonly url: string;
  readonly mode: 'read' | 'write';
}

/** A whole pipeline file, stages unchecked. */
export interface PipelineEntry {
  readonly name: string;
  readonly description?: string | undefined;
  readonly remote?: RemoteEntry | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  readonly defaults: StageDefaults;
  readonly stages: Readonly<Record<string, unknown>>;
}

const retrySchema = z.strictObject({
  times: z.int().min(1).max(100).describe('Tries after the first.'),
  delay: durationSchema
    .default(1000)
    .describe('Before the second try; doubled before each further one.'),
  exitCodes: z
    .array(z.int().min(1).max(255))
    .default([75])
    .describe('Exit codes of a command that stand for a temporary failure.'),
  messages: z
    .array(z.string().min(1))
    .default([])
    .describe('Parts of the message, or of the last printed lines, of a temporary failure.'),
});

const defaultsShape = {
  env: z
    .array(z.string().regex(/^\w+$/, 'expected the name of a variable'))
    .describe('Environment variables whose values are part of the fingerprint.')
    .optional(),
  resources: z
    .strictObject({
      cpu: z.number().positive().optional(),
      memory: sizeSchema.optional(),
      gpu: z.int().nonnegative().optional(),
    })
    .optional(),
  retry: retrySchema.optional(),
  timeout: durationSchema.optional(),
  executor: z
    .enum(executorNames)
    .describe('Where the stage runs: on this machine, or as a job of Slurm.')
    .optional(),
  slurm: z
    .strictObject({
      partition: z.string().min(1).optional(),
      account: z.string().min(1).optional(),
      time: durationSchema.describe('The time limit of a job.').optional(),
    })
    .describe('What the jobs of Slurm ask for besides their resources.')
    .optional(),
};

/** Schema of one entry of `stages:`. */
export const stageSchema: ZodType<StageEntry> = z.strictObject({
  description: z.string().optional(),
  uses: z.string().min(1).describe('A registered stage, or a module: ./stages/mine.js').optional(),
  run: z.string().min(1).describe('A shell command.').optional(),
  needs: z
    .union([nameSchema.transform((name) => [name]), z.array(nameSchema)], {
      error: 'expected the name of a stage, or a list of names',
    })
    .describe('Stages to be done before, though nothing is read from them.')
    .default([]),
  with: z
    .union([z.string(), z.record(z.string(), z.unknown())], {
      error: 'expected a map of parameters, or a reference such as ${{ params.train }}',
    })
    .optional(),
  matrix: z
    .union([z.string(), z.record(nameSchema, z.unknown())], {
      error: 'expected a map of names to lists of values, or a reference to one',
    })
    .describe('One stage for each combination of values; with include and exclude.')
    .optional(),
  when: z
    .union([z.string(), z.boolean()], {
      error:
        'expected true, false, a reference, or a comparison such as ${{ params.mode }} == full',
    })
    .describe('Leaves the stage out where it is false.')
    .optional(),
  frozen: z
    .boolean()
    .describe('Keeps the outputs of the last time, whatever changes.')
    .default(false),
  resumable: z
    .union([z.literal(true).transform((): string[] => []), z.array(z.string())], {
      error: 'expected true, or a list of the params that only extend the work',
    })
    .describe('Keeps LIMBER_WORK_DIR across interruptions; for commands and own modules.')
    .optional(),
  cache: z.boolean().describe('false: the stage runs every time.').optional(),
  inputs: z.record(inputNameSchema, locationSchema).default({}),
  outputs: z
    .union(
      [
        z
          .array(nameSchema)
          .refine((names) => new Set(names).size === names.length, 'expected different names')
          .transform((names) => Object.fromEntries(names.map((name) => [name, name]))),
        z.record(nameSchema, z.string().min(1)),
      ],
      { error: 'expected a list of names, or a map of names to relative paths' },
    )
    .default({}),
  ...defaultsShape,
});

/** Schema of a whole file; each stage is checked on its own, so that all problems are found. */
export const pipelineSchema: ZodType<PipelineEntry> = z.strictObject({
  name: nameSchema,
  description: z.string().optional(),
  extends: z.string().describe('Another pipeline file that this one changes.').optional(),
  remote: z
    .union(
      [
        z.string().transform((url): RemoteEntry => ({ url, mode: 'write' })),
        z.strictObject({ url: z.string(), mode: z.enum(['read', 'write']).default('write') }),
      ],
      { error: 'expected a folder, an s3:// place, or { url: <place>, mode: read }' },
    )
    .describe('A folder or s3:// place that results are shared through; mode read: fetched only.')
    .optional(),
  params: z.record(z.string().regex(/^[^.]+$/, 'expected no "."'), z.unknown()).default({}),
  defaults: z.strictObject(defaultsShape).default({}),
  stages: z.record(nameSchema, z.unknown()).refine((stages) => Object.keys(stages).length > 0, {
    error: 'expected at least one stage',
  }),
});
