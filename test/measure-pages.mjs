// How fast pages are, in the system's Chromium without a window (`LIMBER_CHROMIUM` names another one).
// Usage: node test/measure-pages.mjs report <report.html...>
//          from navigation to the first chart on the screen, the median of seven fresh browsers
//        node test/measure-pages.mjs scroll <address of limber dataset view> [seconds] [process id of it]
//          times between frames while the wheel turns, and memory of page and server
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

const executablePath = process.env.LIMBER_CHROMIUM ?? '/usr/bin/chromium';
const launch = (...args) => chromium.launch({ executablePath, args: ['--no-sandbox', ...args] });
const viewport = { width: 1280, height: 900 };
const quantile = (values, part) =>
  values.toSorted((a, b) => a - b)[Math.floor(part * (values.length - 1))];

const [what, ...words] = process.argv.slice(2);
if (what === 'report') for (const file of words) await measureReport(resolve(file));
else if (what === 'scroll') await measureScroll(...words);
else throw new Error('expected report or scroll');

async function measureReport(file) {
  const drawn = [];
  for (let turn = 0; turn < 7; turn++) {
    const browser = await launch();
    const page = await browser.newPage({ viewport });
    await page.addInitScript(`
      window.drawn = new Promise((done) => {
        const look = () => {
          const height = document.querySelector('svg')?.getBoundingClientRect().height ?? 0;
          const isThere = height > 0 && document.readyState === 'complete';
          // a frame later, what was laid out is on the screen
          requestAnimationFrame(isThere ? () => requestAnimationFrame(() => done(performance.now())) : look);
        };
        look();
      });`);
    await page.goto(`file://${file}`);
    drawn.push(await page.evaluate('window.drawn'));
    await browser.close();
  }
  const [median, most] = [quantile(drawn, 0.5), Math.max(...drawn)].map(Math.round);
  const megabytes = (statSync(file).size / 1e6).toFixed(2);
  console.log(`${file}: ${megabytes} MB, chart drawn after ${median} ms, at most ${most} ms`);
}

async function measureScroll(address, seconds = '60', server = '') {
  const browser = await launch('--js-flags=--expose-gc');
  const page = await browser.newPage({ viewport });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await page.goto(address);
  await page.locator('[data-place="0"]').waitFor();
  const memory = async () => {
    await page.evaluate('gc()');
    const { metrics } = await session.send('Performance.getMetrics');
    const valueOf = (name) => metrics.find((metric) => metric.name === name).value;
    const status = server === '' ? '' : readFileSync(`/proc/${server}/status`, 'utf8');
    const kilobytes = /VmRSS:\s+(\d+)/.exec(status)?.[1];
    return {
      pageHeapMB: Math.round(valueOf('JSHeapUsedSize') / 1e5) / 10,
      nodes: valueOf('Nodes'),
      persons: await page.locator('li').count(),
      ...(kilobytes === undefined ? {} : { serverMB: Math.round(kilobytes / 1024) }),
    };
  };
  const frames = async (milliseconds, turn) => {
    await page.evaluate(`
      window.times = [];
      window.isOver = false;
      requestAnimationFrame((first) => {
        let last = first;
        const tick = (now) => {
          window.times.push(now - last);
          last = now;
          if (!window.isOver) requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
      });`);
    const end = Date.now() + milliseconds;
    while (Date.now() < end) await turn();
    const times = await page.evaluate('(window.isOver = true, window.times)');
    const [median, p95, p99, most] = [0.5, 0.95, 0.99, 1].map((part) => quantile(times, part));
    const round = (value) => Math.round(value * 10) / 10;
    return {
      frames: times.length,
      median: round(median),
      p95: round(p95),
      p99: round(p99),
      most: round(most),
    };
  };
  console.log('still:', await frames(5_000, () => page.waitForTimeout(100)), await memory());
  await page.locator('.scroller').hover();
  for (let part = 1; part <= 4; part++) {
    const times = await frames((Number(seconds) / 4) * 1000, async () => {
      await page.mouse.wheel(0, 400);
      await page.waitForTimeout(30);
    });
    const top = await page.evaluate("document.querySelector('.scroller').scrollTop");
    console.log(`scrolled to ${top} px:`, times, await memory());
  }
  await browser.close();
}
