import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ViewAbout, ViewedPerson } from '../src/viewer/viewer-api.ts';
import { api } from './api.ts';
import { Pose } from './pose.tsx';
import type { Zoom } from './use-zoom.ts';

const namePx = 12;
/** Joints are larger than in the grid. */
const poseScale = 1.4;

/** A person's picture, which a wheel zooms and a drag moves. */
export function PersonPicture({
  person,
  about,
  zoom,
  hasNames,
  hasPose,
}: {
  readonly person: ViewedPerson;
  readonly about: ViewAbout;
  readonly zoom: Zoom;
  readonly hasNames: boolean;
  readonly hasPose: boolean;
}): JSX.Element {
  const svg = useRef<SVGSVGElement>(null);
  const [screen, setScreen] = useState({ width: 600, height: 600 });
  const [failed, setFailed] = useState<number | null>(null);
  const { view } = zoom;
  /** Pixels of the picture to one of the screen. */
  const unit = Math.max(view.width / screen.width, view.height / screen.height);
  useLayoutEffect(() => {
    const element = svg.current!;
    const measure = (): void =>
      setScreen({ width: element.clientWidth || 1, height: element.clientHeight || 1 });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const point = new DOMPoint(event.clientX, event.clientY);
    const at = point.matrixTransform(svg.current!.getScreenCTM()!.inverse());
    zoom.by(event.deltaY < 0 ? 1.15 : 1 / 1.15, at);
  };
  const { index, size, keypoints } = person;
  const skeleton = about.skeletons[person.skeleton]!;
  return (
    <>
      <svg
        ref={svg}
        class="picture"
        role="img"
        aria-label={`${person.name}, with its joints`}
        viewBox={`${view.left} ${view.top} ${view.width} ${view.height}`}
        onWheel={onWheel}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (event.buttons === 1) zoom.move(-event.movementX * unit, -event.movementY * unit);
        }}
      >
        <image
          href={api.image(index)}
          width={size.width}
          height={size.height}
          preserveAspectRatio="none"
          onError={() => setFailed(index)}
        />
        {hasPose && <Pose {...person} skeleton={skeleton} unit={poseScale * unit} />}
        {hasPose && hasNames && (
          <g class="names" font-size={namePx * unit} stroke-width={3 * unit}>
            {skeleton.keypoints.map((name, joint) => {
              const [x = 0, y = 0, v = 0] = keypoints.slice(joint * 3);
              if (v === 0) return null;
              return (
                <text
                  x={x + 0.5 + 8 * unit}
                  y={y + 0.5 + 4 * unit}
                  class={v === 1 ? 'hidden' : undefined}
                >
                  {name.replaceAll('_', ' ')}
                </text>
              );
            })}
          </g>
        )}
      </svg>
      {failed === index && <Failure index={index} />}
    </>
  );
}

/** Says why an image cannot be shown, in the server's words. */
function Failure({ index }: { readonly index: number }): JSX.Element {
  const [reason, setReason] = useState('The image cannot be shown.');
  useLayoutEffect(() => {
    void fetch(api.image(index))
      .then((response) => response.text())
      .then(setReason);
  }, [index]);
  return <p role="alert">{reason}</p>;
}
