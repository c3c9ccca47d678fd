import { escapeHtml } from '@limber/files';

/** A piece of HTML that may stand in a page as it is. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Part[];

/** Builds HTML from a template: text is escaped, pieces of HTML and lists of them are not. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.map((piece, at) => (at === 0 ? piece : render(parts[at - 1]!) + piece));
  return { html: text.join('') };
}

/** Marks text as HTML that was made elsewhere, such as a chart. */
export function trusted(text: string): Html {
  return { html: text };
}

function render(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  if (isHtml(part)) return part.html;
  return part.map(render).join('');
}

function isHtml(part: Html | readonly Part[]): part is Html {
  return 'html' in part;
}
