import type { RefObject } from 'preact';
import type { Prompt } from '../../../../lambdas/domain/challenge.ts';

interface Props {
  readonly frame: RefObject<SVGPathElement | null>;
  readonly good: boolean;
  /** Where to turn; the picture is a mirror, so the person's left is on the left of the screen, in every language. */
  readonly towards?: Prompt | undefined;
}

/** Far beyond every view: what is around the frame is darkened. */
const AROUND = 'M-3000-3000h6000v6000h-6000z';

const shapes = {
  /** As a card lies: three to two, with some room around it. */
  document: {
    box: '0 0 330 230',
    path: 'M27 15h276a12 12 0 0 1 12 12v176a12 12 0 0 1-12 12H27a12 12 0 0 1-12-12V27a12 12 0 0 1 12-12z',
  },
  face: { box: '0 0 260 325', path: 'M130 24a92 122 0 0 1 0 244a92 122 0 0 1 0-244z' },
} as const;

/** Chevrons that point left, and where they stand. */
const CHEVRONS = 'M9-12l-12 12 12 12M21-12l-12 12 12 12';
const places: Readonly<Partial<Record<Prompt, string>>> = {
  turn_left: 'translate(12 146)',
  turn_right: 'translate(248 146) rotate(180)',
  look_up: 'translate(130 20) rotate(90)',
};

/** The frame over the camera's picture, as large as the view lets it be. */
export function Overlay({ of, frame, good, towards }: Props & { readonly of: keyof typeof shapes }) {
  const { box, path } = shapes[of];
  const place = towards && places[towards];
  return (
    <svg class={`overlay ${good ? 'good' : ''}`} viewBox={box} preserveAspectRatio="xMidYMid meet" aria-hidden="true">
      <path class="around" d={`${AROUND}${path}`} fill-rule="evenodd" />
      <path class="line" ref={frame} d={path} />
      {place && (
        <g transform={place}>
          <path class="arrow" d={CHEVRONS} />
        </g>
      )}
    </svg>
  );
}
