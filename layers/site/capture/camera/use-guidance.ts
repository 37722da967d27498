import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Announcing, announce, type Hold, heldShare, hold, silence } from '../quality/hold.ts';
import { type DocumentHint, type FaceHint, judgeDocument, judgeFace } from '../quality/judge.ts';
import { createSampler } from './sample.ts';
import { type Box, insetOf, seenThrough } from './view.ts';

/** Looks a second: often enough to react, seldom enough to leave a phone cool. */
const EVERY_MS = 125;
export const SETTLE_AGAIN_MS = 2500;
/** Around what is framed: edges of a document lie there. Share of its longer side. */
export const MARGIN = 0.06;

export interface Guidance {
  readonly hint: DocumentHint | FaceHint | undefined;
  /** How much of the time in which all must be well is over, 0..1. */
  readonly held: number;
  /** What a screen reader is told: follows what stays. */
  readonly spoken: string;
}

const none: Guidance = { hint: undefined, held: 0, spoken: '' };

/** Part of the camera's picture that an element over it frames. */
export function framedBox(video: HTMLVideoElement, frame: Element, margin: number): Box {
  const [view, on] = [video.getBoundingClientRect(), frame.getBoundingClientRect()];
  const picture = { width: video.videoWidth, height: video.videoHeight };
  const place = { x: on.x - view.x, y: on.y - view.y, width: on.width, height: on.height };
  return seenThrough(picture, view, place, margin);
}

/** Looks at the camera's picture while `on`, and says what is in the way. */
export function useGuidance(
  video: RefObject<HTMLVideoElement | null>,
  frame: RefObject<Element | null>,
  of: 'document' | 'face',
  on: boolean,
  /** Nothing is good before that: somebody who takes it again first wants to move something. */
  settleMs: number,
): Guidance {
  const [guidance, setGuidance] = useState(none);
  useEffect(() => {
    if (!on || !video.current) return setGuidance(none);
    const element = video.current;
    const sampler = createSampler(element);
    let since: Hold;
    let announcing: Announcing = silence;
    let busy = false;
    const begins = performance.now() + settleMs;
    const look = async (): Promise<void> => {
      if (busy || document.hidden || !frame.current || element.videoWidth === 0) return;
      busy = true;
      const box = framedBox(element, frame.current, of === 'document' ? MARGIN : 0);
      const hint =
        of === 'document'
          ? judgeDocument(sampler.document(box, insetOf(box, framedBox(element, frame.current, 0))))
          : judgeFace(await sampler.face(box));
      const now = performance.now();
      since = hold(since, hint === 'good' && now >= begins, now);
      announcing = announce(announcing, hint, now);
      setGuidance({ hint, held: heldShare(since, now), spoken: announcing.spoken });
      busy = false;
    };
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [video, frame, of, on, settleMs]);
  return guidance;
}
