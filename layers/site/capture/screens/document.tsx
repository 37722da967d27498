import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { takePhoto } from '../camera/take-photo.ts';
import { useCamera } from '../camera/use-camera.ts';
import { framedBox, MARGIN, SETTLE_AGAIN_MS, useGuidance } from '../camera/use-guidance.ts';
import type { MessageKey } from '../i18n/en.ts';
import type { DocumentHint } from '../quality/judge.ts';
import { Screen, Spoken } from '../screen.tsx';
import { useText } from '../text.tsx';
import { CameraTrouble } from './camera-trouble.tsx';
import { FileButton } from './file-button.tsx';
import { Overlay } from './overlay.tsx';
import { Review } from './review.tsx';

const hints: Readonly<Record<DocumentHint, MessageKey>> = {
  dark: 'hintDark',
  bright: 'hintBright',
  frame: 'hintFrame',
  glare: 'hintGlare',
  steady: 'hintSteady',
  blur: 'hintBlur',
  good: 'hintGood',
};

/** Kept around the frame in the photo, so that a corner outside of it is not lost. */
const PHOTO_MARGIN = 0.1;

interface Props {
  readonly kind: 'id_photo' | 'id_back';
  readonly onDone: (file: Blob) => void;
  readonly onPhone?: (() => void) | undefined;
}

/** One side of a document: the picture is taken by itself when it is good, or by the button whenever the person wants. */
export function DocumentCapture({ kind, onDone, onPhone }: Props) {
  const { say } = useText();
  const [taken, setTaken] = useState<Blob>();
  const [again, setAgain] = useState(false);
  const camera = useCamera('environment', taken === undefined);
  const frame = useRef<SVGPathElement>(null);
  const { hint, held, spoken } = useGuidance(
    camera.video,
    frame,
    'document',
    camera.ready,
    again ? SETTLE_AGAIN_MS : 0,
  );

  const take = useCallback(async () => {
    const video = camera.video.current;
    if (!video || !frame.current || video.videoWidth === 0) return;
    const photo = await takePhoto(video, framedBox(video, frame.current, Math.max(MARGIN, PHOTO_MARGIN)));
    if (photo) setTaken(photo);
  }, [camera.video]);
  useEffect(() => {
    if (held === 1) take();
  }, [held, take]);

  const retake = (): void => {
    setAgain(true);
    setTaken(undefined);
  };
  if (taken) return <Review kind={kind} file={taken} onUse={() => onDone(taken)} onRetake={retake} />;
  if (camera.trouble) {
    return (
      <CameraTrouble trouble={camera.trouble} kind={kind} onAgain={camera.again} onFile={setTaken} onPhone={onPhone} />
    );
  }
  const front = kind === 'id_photo';
  const key = hint && hints[hint as DocumentHint];
  return (
    <Screen name={kind} title={say(front ? 'documentTitle' : 'backTitle')}>
      <p class="lead">{say(front ? 'documentText' : 'backText')}</p>
      <div class="viewer" aria-hidden="true">
        <video ref={camera.video} muted playsInline />
        <Overlay of="document" frame={frame} good={hint === 'good'} />
        <p class={`hint ${hint === 'good' ? 'good' : ''}`}>
          <span>{key ? say(key) : say('cameraAsks')}</span>
        </p>
      </div>
      <Spoken>{spoken && say(hints[spoken as DocumentHint])}</Spoken>
      <div class="controls">
        <button
          type="button"
          class="shutter"
          aria-label={say('shutter')}
          title={say('shutter')}
          disabled={!camera.ready}
          onClick={take}
        />
        <FileButton kind={kind} label={say('uploadPhoto')} look="plain" onFile={setTaken} />
      </div>
    </Screen>
  );
}
