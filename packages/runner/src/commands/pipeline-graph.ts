import { loadDeclaration } from '../parsing/load-pipeline.ts';
import type { DeclaredPipeline } from '../parsing/declared-pipeline.ts';
import type { GraphEdge } from '../reporting/graph-page.ts';
import { createGraphPage } from '../reporting/graph-page.ts';
import type { StageDefinition } from '../stage-definition.ts';

/** How a graph is drawn. */
export type GraphFormat = 'text' | 'mermaid' | 'html';

/**
 * Draws which stage reads what from which other: `text` has one line for each stage, `mermaid` is a
 * flowchart, `html` a page. Parameters need no values for this, so a stage with a matrix is one.
 *
 * @throws {PipelineError} if the pipeline is not found or not valid.
 */
export function drawPipelineGraph(options: {
  readonly file: string;
  readonly stages: readonly StageDefinition[];
  readonly workspace: string;
  readonly format: GraphFormat;
}): string {
  const pipeline = loadDeclaration(options);
  switch (options.format) {
    case 'text':
      return drawText(pipeline);
    case 'mermaid':
      return drawMermaid(pipeline);
    case 'html':
      return createGraphPage(pipeline.name, pipeline.stages, listEdges(pipeline));
  }
}

function listEdges({ stages }: DeclaredPipeline): GraphEdge[] {
  return stages.flatMap((stage) =>
    stage.needs.map((from) => {
      const outputs = stage.inputs.flatMap((input) =>
        input.type === 'output' && input.stage === from ? [input.output] : [],
      );
      return { from, to: stage.name, outputs: [...new Set(outputs)] };
    }),
  );
}

function drawText(pipeline: DeclaredPipeline): string {
  const edges = listEdges(pipeline);
  const width = Math.max(...pipeline.stages.map(({ name }) => name.length));
  const lines = pipeline.stages.map(({ name }) => {
    const sources = edges
      .filter(({ to }) => to === name)
      .map(({ from, outputs }) => (outputs.length > 0 ? `${from} (${outputs.join(', ')})` : from));
    return sources.length === 0 ? name : `${name.padEnd(width)}  ←  ${sources.join(', ')}`;
  });
  return `${lines.join('\n')}\n`;
}

function drawMermaid(pipeline: DeclaredPipeline): string {
  const nodes = pipeline.stages.map(({ name }) => `  ${idOf(name)}["${name}"]`);
  const arrows = listEdges(pipeline).map(({ from, to, outputs }) => {
    const label = outputs.length > 0 ? `|"${outputs.join(', ')}"|` : '';
    return `  ${idOf(from)} ${outputs.length > 0 ? '-->' : '-.->'}${label} ${idOf(to)}`;
  });
  return `${['flowchart TD', ...nodes, ...arrows].join('\n')}\n`;
}

/** Mermaid takes words such as `end` for its own; a prefix keeps them apart. */
function idOf(stage: string): string {
  return `stage_${stage.replaceAll('-', '_')}`;
}
