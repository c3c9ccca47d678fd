import type { ExportFormat, ExportReport } from '@limber/model-zoo';
import type { Command } from 'commander';
import { Option } from 'commander';
import { jsonOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';

/** What the command line says. */
export interface ExportCommandOptions {
  readonly weights: string;
  readonly format: ExportFormat;
  readonly out: string;
  readonly images?: readonly string[];
  readonly decoding: boolean;
  readonly trainingRun?: string;
}

const formats: readonly ExportFormat[] = ['onnx', 'tfjs', 'safetensors', 'web'];

/** `limber export`: a trained model in a form that runs without Limber. */
export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('write a trained model as ONNX, TensorFlow.js, safetensors or a web page')
    .requiredOption('--weights <folder>', 'a trained model: model.json and weights.safetensors')
    .addOption(
      new Option('--format <format>', 'what to write').choices(formats).makeOptionMandatory(),
    )
    .requiredOption('--out <path>', 'a file (onnx, safetensors) or a folder (tfjs, web)')
    .option('--images <paths...>', 'compare the export with the original on these images')
    .option('--no-decoding', 'onnx: heatmaps only, without keypoints and scores')
    .option('--training-run <text>', 'where the model was trained, for the metadata')
    .addOption(jsonOption())
    .action(async (options: ExportCommandOptions & { readonly json: boolean }) => {
      const { runExport } = await import('./run-export.ts');
      printResult(await runExport(options), { json: options.json, lines: describeReport });
    });
}

function describeReport({ format, out, metadata }: ExportReport): string[] {
  const { comparison, basedOn } = metadata;
  return [
    `${out}: ${metadata.architecture} as ${format}`,
    comparison === null
      ? 'not compared with the original: npm install onnxruntime-node, then export again'
      : `compared on ${comparison.images} images: outputs differ by ${comparison.largestOutputDifference.toExponential(1)}, ` +
        `keypoints by ${comparison.largestDifferencePx.toFixed(3)} px at most`,
    ...(basedOn === undefined ? [] : [`based on ${basedOn.source} (${basedOn.license})`]),
    ...(format === 'web' ? [`open it from any web server: npx http-server ${out}`] : []),
  ];
}
