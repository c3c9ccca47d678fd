import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Html } from './html.ts';
import { trusted } from './html.ts';

/** Draws a plot as SVG that may stand in a page. */
export function plotSvg(options: Plot.PlotOptions): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const figure = Plot.plot({
    document,
    // pages stretch it to their width: on a phone its letters are three quarters of their size
    width: 480,
    height: 280,
    style: { background: 'transparent', fontSize: '12px' },
    ...options,
  });
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  // names of parts say "line" and "text", which no reader needs
  for (const part of figure.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  return trusted(figure.outerHTML);
}
