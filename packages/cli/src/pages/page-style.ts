import type { Html } from './html.ts';
import { trusted } from './html.ts';

/** The look of a page, light or dark as the reader's system is. */
export const pageStyle: Html = trusted(`<style>
:root { color-scheme: light dark; --line: light-dark(#ddd, #3a3a3a); --soft: light-dark(#666, #a5a5a5); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
h1 { margin: 0; font-size: 1.7rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
header p, .note, figcaption { color: var(--soft); margin: .2rem 0; }
.headline { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.5rem 0; }
.headline div { border: 1px solid var(--line); border-radius: 10px; padding: .6rem 1.2rem; min-width: 6rem; }
.headline b { display: block; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
.headline span { color: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(480px, 100%), 1fr)); gap: 1rem; }
.charts svg { max-width: 100%; height: auto; }
.gallery { display: flex; flex-wrap: wrap; gap: .8rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: .2rem 0; color: var(--soft); font-size: .85rem; }
.legend i { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .35em; }
figure { margin: 0; width: min-content; min-width: 9rem; max-width: 100%; }
figure svg { border-radius: 6px; display: block; max-width: calc(100vw - 2rem); height: auto; }
figcaption { font-size: .85rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .9rem .25rem 0; text-align: left; vertical-align: top; }
td { overflow-wrap: break-word; }
</style>`);
