import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { closeCamera, type Facing, openCamera } from './open-camera.ts';
import type { Trouble } from './trouble.ts';

export interface Camera {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly stream: MediaStream | undefined;
  /** There is a picture. */
  readonly ready: boolean;
  readonly trouble: Trouble | undefined;
  readonly again: () => void;
}

/** The camera while a screen needs it: closed when the screen goes, or `on` ends. */
export function useCamera(facing: Facing, on: boolean): Camera {
  const video = useRef<HTMLVideoElement>(null);
  const [stream, setStream] = useState<MediaStream>();
  const [ready, setReady] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const [attempt, setAttempt] = useState(0);

  // `attempt` asks for the camera again.
  useEffect(() => {
    if (!on) return;
    let gone = false;
    let opened: MediaStream | undefined;
    setTrouble(undefined);
    openCamera(facing).then((result) => {
      if (!result.ok) return gone || setTrouble(result.trouble);
      opened = result.stream;
      if (gone) return closeCamera(opened);
      // A phone call, another app, a pulled plug: the picture ends although nobody asked.
      opened.getVideoTracks()[0]?.addEventListener('ended', () => gone || setTrouble('busy'));
      setStream(opened);
    });
    return () => {
      gone = true;
      closeCamera(opened);
      setStream(undefined);
      setReady(false);
    };
  }, [facing, on, attempt]);

  useEffect(() => {
    const element = video.current;
    if (!element || !stream) return;
    element.srcObject = stream;
    element.onloadeddata = () => setReady(true);
    // Refused without a touch in some browsers: the picture then stands until the first one.
    element.play().catch(() => undefined);
    return () => {
      element.srcObject = null;
    };
  }, [stream]);

  const again = useCallback(() => setAttempt((count) => count + 1), []);
  return { video, stream, ready, trouble, again };
}
