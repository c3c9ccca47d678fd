import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ViewAbout } from '../src/viewer/viewer-api.ts';
import { PersonCell } from './person-cell.tsx';
import type { Persons } from './use-persons.ts';
import { useRows } from './use-rows.ts';

const leastCellPx = 164;
const rowPx = 232;

/** All persons in rows, of which only the visible ones are there. One of them takes the keyboard. */
export function PersonGrid({
  about,
  persons,
  opened,
  onOpen,
}: {
  readonly about: ViewAbout;
  readonly persons: Persons;
  /** The person who is shown large, and has the keyboard. */
  readonly opened: number | null;
  readonly onOpen: (place: number) => void;
}): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const wanted = useRef<number | null>(null);
  const [width, setWidth] = useState(0);
  const [current, setCurrent] = useState(0);
  const total = persons.total ?? 0;
  const columns = Math.max(2, Math.floor(width / leastCellPx));
  const rows = useRows(scroller, { count: Math.ceil(total / columns), rowPx });
  useLayoutEffect(() => {
    const element = scroller.current!;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    scroller.current!.scrollTop = 0;
    setCurrent(0);
  }, [persons]);
  // whoever was shown large last gets the keyboard back
  useLayoutEffect(() => {
    if (opened === null) return;
    return () => goTo(opened);
  }, [opened]);
  // a person far away is there only after scrolling
  useLayoutEffect(() => {
    if (wanted.current === null || opened !== null) return;
    const cell = scroller.current!.querySelector<HTMLElement>(`[data-place="${wanted.current}"]`);
    cell?.focus({ preventScroll: true });
    if (cell !== null) wanted.current = null;
  });
  const places = rows.items.flatMap(({ index: row }) =>
    Array.from({ length: columns }, (_, column) => row * columns + column),
  );
  const shown = places.filter((place) => place < total);
  const reachable = shown.includes(current) ? current : shown[0];
  function goTo(place: number): void {
    wanted.current = place;
    setCurrent(place);
    rows.scrollTo(Math.floor(place / columns));
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const { target } = event;
    // the person who had the keyboard may be scrolled out of sight, and gone
    const isFree = target === document.body || scroller.current!.contains(target as Node);
    if (opened !== null || !isFree) return;
    const perPage = columns * Math.max(1, Math.floor(scroller.current!.clientHeight / rowPx));
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      PageUp: -perPage,
      PageDown: perPage,
      Home: -total,
      End: total,
    };
    const step = steps[event.key];
    if (step === undefined || total === 0) return;
    event.preventDefault();
    goTo(Math.min(total - 1, Math.max(0, (reachable ?? 0) + step)));
  };
  useEffect(() => {
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  });
  return (
    <div class="scroller" ref={scroller}>
      {persons.problem !== undefined && <p role="alert">{persons.problem}</p>}
      {persons.total === 0 && <p class="nobody">Nobody.</p>}
      <ul aria-label="Persons" style={{ height: `${rows.heightPx}px` }}>
        {shown.map((place) => (
          <PersonCell
            key={place}
            place={place}
            total={total}
            person={persons.at(place)}
            about={about}
            isReachable={place === reachable}
            frame={{
              left: `${(100 * (place % columns)) / columns}%`,
              width: `${100 / columns}%`,
              top: `${Math.floor(place / columns) * rowPx}px`,
              height: `${rowPx}px`,
            }}
            onFocus={() => setCurrent(place)}
            onOpen={() => onOpen(place)}
          />
        ))}
      </ul>
    </div>
  );
}
