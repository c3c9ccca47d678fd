import { trainConfigJsonSchema } from '@limber/pose-trainer/config';
import { printJson } from './print-json.ts';

/** Prints the JSON Schema of what `limber train` reads: editors complete YAML with it. */
export function printTrainFileSchema(): void {
  const { $schema, ...train } = trainConfigJsonSchema();
  const text = { type: 'string' };
  printJson({
    $schema,
    title: 'A training for `limber train`',
    type: 'object',
    properties: {
      data: {
        description: 'Folders of packed shards, relative to this file.',
        type: 'object',
        properties: { train: text, val: text },
        required: ['train', 'val'],
        additionalProperties: false,
      },
      out: { ...text, description: 'Where model/, logs/ and work/ go, relative to this file.' },
      train,
    },
    required: ['data', 'out', 'train'],
    additionalProperties: false,
  });
}
