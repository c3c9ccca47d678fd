import { readFile } from 'node:fs/promises';
import { cannotBeRead, LimberError } from '@limber/files';
import { trainConfigJsonSchema, trainConfigSchema } from '@limber/pose-trainer/config';
import type { TrainConfig } from '@limber/pose-trainer/config';
import { parse } from 'yaml';
import { z } from 'zod';

/** What `limber train` reads. Its paths are relative to the file. */
export interface TrainFile {
  readonly data: {
    readonly train: string | Readonly<Record<string, string>>;
    readonly val: string;
  };
  readonly out: string;
  readonly train: TrainConfig;
}

const trainFileSchema: z.ZodType<TrainFile> = z
  .strictObject({
    data: z
      .strictObject({
        train: z.union([z.string(), z.record(z.string().min(1), z.string())]),
        val: z.string(),
      })
      .describe(
        'Folders of packed shards, relative to this file; several to train on by the names in train.mix.',
      ),
    out: z.string().describe('Where model/, logs/ and work/ go, relative to this file.'),
    train: trainConfigSchema,
  })
  .meta({ title: 'A training for `limber train`' });

/**
 * Reads and checks a training file.
 *
 * @throws {LimberError} `missing-file`, or `invalid-config` naming the field.
 */
export async function readTrainFile(file: string): Promise<TrainFile> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw cannotBeRead(file, cause);
  });
  const result = trainFileSchema.safeParse(parseYaml(text, file));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const where = `${file}: ${issue.path.join('.')}`;
  throw new LimberError('invalid-config', { where, what: issue.message });
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const what = `not YAML: ${String(cause).split('\n')[0]}`;
    throw new LimberError('invalid-config', { where: file, what }, { cause });
  }
}

/** The JSON Schema of the file, for editors: they complete YAML with it. */
export function trainFileJsonSchema(): Record<string, unknown> {
  const { $schema: _, ...train } = trainConfigJsonSchema();
  const schema = z.toJSONSchema(trainFileSchema, { io: 'input', unrepresentable: 'any' });
  return { ...schema, properties: { ...schema.properties, train } };
}
