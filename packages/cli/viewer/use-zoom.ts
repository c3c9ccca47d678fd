import { useState } from 'preact/hooks';
import type { PersonView } from '../src/pages/person-view.ts';
import { viewOf } from '../src/pages/person-view.ts';
import type { ViewedPerson } from '../src/viewer/viewer-api.ts';

/** Which part of a picture is shown. Frame: picturePx. */
export interface Zoom {
  readonly view: PersonView;
  /** Shows a part that is so many times smaller. @param at - what stays where it is; by default the middle. */
  readonly by: (factor: number, at?: { readonly x: number; readonly y: number }) => void;
  readonly move: (dx: number, dy: number) => void;
  readonly all: () => void;
}

/** A part is never smaller, nor larger than so many pictures. */
const leastPx = 8;
const mostPictures = 2;

/** Starts with the surroundings of each person. */
export function useZoom(person: ViewedPerson | undefined): Zoom {
  const [zoomed, setZoomed] = useState<{ of: number; view: PersonView } | null>(null);
  const own = person === undefined ? unseen : viewOf(person.box, person.size);
  const view = zoomed !== null && zoomed.of === person?.index ? zoomed.view : own;
  const show = (next: PersonView): void => {
    if (person !== undefined) setZoomed({ of: person.index, view: next });
  };
  return {
    view,
    by(factor, at = { x: view.left + view.width / 2, y: view.top + view.height / 2 }) {
      const [width, height] = [view.width / factor, view.height / factor];
      const most = mostPictures * Math.max(person?.size.width ?? 1, person?.size.height ?? 1);
      if (Math.min(width, height) < leastPx || Math.max(width, height) > most) return;
      const left = at.x - (at.x - view.left) / factor;
      const top = at.y - (at.y - view.top) / factor;
      show({ left, top, width, height });
    },
    move: (dx, dy) => show({ ...view, left: view.left + dx, top: view.top + dy }),
    all: () => show({ left: 0, top: 0, ...(person?.size ?? unseen) }),
  };
}

const unseen: PersonView = { left: 0, top: 0, width: 1, height: 1 };
