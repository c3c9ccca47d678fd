import { escapeHtml } from '@limber/files';

/** A stage that another one needs. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Names of the outputs that are read; empty where only the order matters. */
  readonly outputs: readonly string[];
}

/** A stage as it is drawn. */
export interface GraphNode {
  readonly name: string;
  readonly description: string | undefined;
}

const box = { width: 150, height: 36, across: 90, down: 20 };
const margin = 20;

/**
 * A page with a pipeline's stages as boxes, from left to right, each behind all those it needs.
 * Hovering over an arrow names what is read. It needs no other file.
 *
 * @param nodes - in an order in which every stage follows those it needs.
 */
export function createGraphPage(
  pipeline: string,
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
): string {
  const places = placeNodes(nodes, edges);
  const all = [...places.values()];
  const width = Math.max(...all.map(({ x }) => x)) + box.width + margin;
  const lowest = edges.map(({ from, to }) => detour(places.get(from)!, places.get(to)!));
  const height = Math.max(...all.map(({ y }) => y)) + box.height + Math.max(margin, ...lowest);
  const boxes = nodes.map(({ name, description = '' }) => drawBox(name, description, places));
  const arrows = edges.map((edge) => drawArrow(edge, places));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escapeHtml(pipeline)}</title>
<style>
:root { color-scheme: light dark; font: 13px system-ui, sans-serif; }
svg { color: CanvasText; }
rect { fill: Canvas; stroke: currentColor; }
text { fill: currentColor; text-anchor: middle; dominant-baseline: central; }
path { fill: none; stroke: currentColor; opacity: 0.5; stroke-width: 1.5; }
path:hover { opacity: 1; stroke-width: 3; }
</style>
<h1>${escapeHtml(pipeline)}</h1>
<svg width="${width}" height="${height}" role="img" aria-label="${escapeHtml(pipeline)}">
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><polygon points="0,0 8,4 0,8" fill="currentColor"/></marker></defs>
${arrows.join('\n')}
${boxes.join('\n')}
</svg>
</html>
`;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Column: the longest way from a stage that needs none. Row: the order of the file. */
function placeNodes(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Map<string, Place> {
  const columns = new Map<string, number>();
  const rows: number[] = [];
  const places = new Map<string, Place>();
  for (const { name } of nodes) {
    const before = edges.filter(({ to }) => to === name).map(({ from }) => columns.get(from) ?? 0);
    const column = Math.max(-1, ...before) + 1;
    columns.set(name, column);
    const row = rows[column] ?? 0;
    rows[column] = row + 1;
    places.set(name, {
      x: margin + column * (box.width + box.across),
      y: margin + row * (box.height + box.down),
    });
  }
  return places;
}

function drawBox(name: string, description: string, places: ReadonlyMap<string, Place>): string {
  const { x, y } = places.get(name)!;
  const title = description === '' ? name : `${name}: ${description}`;
  return `<g><title>${escapeHtml(title)}</title><rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6"/><text x="${x + box.width / 2}" y="${y + box.height / 2}">${escapeHtml(name)}</text></g>`;
}

function drawArrow({ from, to, outputs }: GraphEdge, places: ReadonlyMap<string, Place>): string {
  const [start, end] = [places.get(from)!, places.get(to)!];
  const [x1, y1] = [start.x + box.width, start.y + box.height / 2];
  const [x2, y2] = [end.x, end.y + box.height / 2];
  const bend = (x2 - x1) / 2;
  const [low1, low2] = [y1 + detour(start, end), y2 + detour(start, end)];
  const dashes = outputs.length === 0 ? ' stroke-dasharray="4 4"' : '';
  const title = outputs.length === 0 ? 'order only' : outputs.join(', ');
  return `<path d="M${x1},${y1} C${x1 + bend},${low1} ${x2 - bend},${low2} ${x2},${y2}" marker-end="url(#tip)"${dashes}><title>${escapeHtml(title)}</title></path>`;
}

/** How far an arrow that passes other columns hangs down, so that it is seen below their boxes. */
function detour(start: Place, end: Place): number {
  const columns = (end.x - start.x) / (box.width + box.across);
  return (columns - 1) * box.height;
}
