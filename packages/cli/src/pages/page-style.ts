import type { Html } from './html.ts';
import { trusted } from './html.ts';

/** The look of a page, light or dark as the reader's system is. */
export const pageStyle: Html = trusted(`<style>
:root { color-scheme: light dark; --line: light-dark(#ddd, #3a3a3a); --soft: light-dark(#5c6166, #a9adb1); }
body { background: light-dark(#fff, #16181a); color: light-dark(#1b1e21, #e6e6e6); font: 15px/1.5 system-ui, sans-serif; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
h1 { margin: 0; font-size: 1.7rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
header p, .note, figcaption { color: var(--soft); margin: .2rem 0; }
.headline { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.5rem 0; }
.headline div { border: 1px solid var(--line); border-radius: 10px; padding: .6rem 1.2rem; min-width: 6rem; }
.headline b { display: block; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
.headline span, .headline small { color: var(--soft); }
.headline small { display: block; }
.choice { border: 0; padding: 0; margin: 1.5rem 0 0; display: flex; flex-wrap: wrap; gap: .2rem 1rem; color: var(--soft); }
.choice legend { float: left; }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .3em 0 .8em; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(480px, 100%), 1fr)); gap: 1rem; }
.charts svg { width: 100%; max-width: 640px; height: auto; }
.gallery { display: flex; flex-wrap: wrap; gap: .8rem; }
img { max-width: 100%; height: auto; border-radius: 6px; }
figure { margin: 0; width: min-content; min-width: 9rem; }
figure svg { border-radius: 6px; display: block; max-width: calc(100vw - 2rem); height: auto; }
figcaption { font-size: .85rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .9rem .25rem 0; text-align: left; vertical-align: top; overflow-wrap: break-word; }
td:not(:first-child) { overflow-wrap: anywhere; min-width: 4.5rem; }
th { white-space: nowrap; }
@media print {
  body { margin: 0; max-width: none; font-size: 11px; }
  .choice { display: none; }
  .charts > div, figure, tr { break-inside: avoid; }
}
</style>`);
