import type { Command } from 'commander';
import { Option } from 'commander';
import type { LayerCost, ModelDescription } from '@limber/model-zoo';
import type { JsonOption } from '../../options/shared-options.ts';
import { toSize } from '../../options/option-values.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';
import { tableLines } from '../../terminal/table.ts';

interface ModelsOptions extends JsonOption {
  readonly inputSize?: { readonly height: number; readonly width: number };
}

/** `limber models [name]` */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .description('list the architectures: parameters, GFLOPs, input size; or the layers of one')
    .argument('[model]', 'a name of the list, or an architecture of your own: ./models/mine.js')
    .addOption(
      new Option(
        '--input-size <HxW>',
        "what it sees, in pixels; default: the model's usual",
      ).argParser(toSize),
    )
    .addOption(jsonOption())
    .action(async (name: string | undefined, { json, inputSize }: ModelsOptions) => {
      const { describeModels } = await import('@limber/model-zoo');
      if (name === undefined) return printResult(describeModels(), { json, lines: listModels });
      const { describeOne } = await import('./describe-one.ts');
      const described = await describeOne(name, inputSize);
      printResult(described, { json, lines: ({ layers }) => listLayers(layers) });
    });
}

function listModels(models: readonly ModelDescription[]): string[] {
  return tableLines(
    ['architecture', 'parameters', 'GFLOPs', 'input size'],
    models.map(({ name, parameters, gflops, inputSize: { height, width } }) => [
      name,
      `${(parameters / 1e6).toFixed(2)} M`.padStart(10),
      gflops.toFixed(2).padStart(6),
      `${height}x${width}`,
    ]),
  );
}

/** The table of a model's layers, and their sums. */
function listLayers(layers: readonly LayerCost[]): string[] {
  const row = (
    name: string,
    type: string,
    { output, ...counts }: Omit<LayerCost, 'name' | 'type'>,
  ) => [
    name,
    type,
    `${output.height}x${output.width}x${output.channels}`,
    counts.parameters.toLocaleString('en-US').padStart(10),
    (counts.multiplyAdds / 1e6).toFixed(2).padStart(8),
  ];
  const sumOf = (of: (layer: LayerCost) => number): number =>
    layers.reduce((sum, layer) => sum + of(layer), 0);
  const total = {
    output: layers.at(-1)!.output,
    parameters: sumOf(({ parameters }) => parameters),
    multiplyAdds: sumOf(({ multiplyAdds }) => multiplyAdds),
  };
  const rows = layers.map((layer) => row(layer.name, layer.type, layer));
  return tableLines(
    ['layer', 'block', 'output', 'parameters', 'MFLOPs'],
    [...rows, row('total', '', total)],
  );
}
