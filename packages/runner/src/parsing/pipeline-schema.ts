import { z, type ZodType } from 'zod';

const NAME = 'expected a letter, then letters, digits, "_" or "-"';

/** Names of pipelines, stages, inputs and outputs: they become folders and parts of references. */
const nameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, NAME);

const locationSchema = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: 'expected a path, a reference such as ${{ stages.build.dataset }}, or a list of paths',
});

/** As a name; a `?` at the end makes the input optional. */
const inputNameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*\??$/, NAME);

/** One entry of `stages:`, references not yet resolved. */
export interface StageEntry {
  readonly description?: string | undefined;
  readonly uses?: string | undefined;
  readonly run?: string | undefined;
  readonly needs: readonly string[];
  readonly with?: string | Readonly<Record<string, unknown>> | undefined;
  /** Name, with a `?` at the end if it is optional → where it is read from. */
  readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  /** Name → path inside the stage's own folder. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly resources: { readonly cpu: number };
}

/** A whole pipeline file, stages unchecked. */
export interface PipelineEntry {
  readonly name: string;
  readonly description?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  readonly stages: Readonly<Record<string, unknown>>;
}

/** Schema of one entry of `stages:`. */
export const stageSchema: ZodType<StageEntry> = z.strictObject({
  description: z.string().optional(),
  uses: z.string().min(1).optional(),
  run: z.string().min(1).optional(),
  needs: z
    .union([nameSchema.transform((name) => [name]), z.array(nameSchema)], {
      error: 'expected the name of a stage, or a list of names',
    })
    .default([]),
  with: z
    .union([z.string(), z.record(z.string(), z.unknown())], {
      error: 'expected a map of parameters, or a reference such as ${{ params.train }}',
    })
    .optional(),
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
  env: z.array(z.string().regex(/^\w+$/, 'expected the name of a variable')).default([]),
  resources: z.strictObject({ cpu: z.number().positive().default(1) }).default({ cpu: 1 }),
});

/** Schema of a whole file; each stage is checked on its own, so that all problems are found. */
export const pipelineSchema: ZodType<PipelineEntry> = z.strictObject({
  name: nameSchema,
  description: z.string().optional(),
  params: z.record(z.string().regex(/^[^.]+$/, 'expected no "."'), z.unknown()).default({}),
  stages: z.record(nameSchema, z.unknown()).refine((stages) => Object.keys(stages).length > 0, {
    error: 'expected at least one stage',
  }),
});
