import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Prompt } from '../../../../lambdas/domain/challenge.ts';
import { cuesOf } from '../camera/challenge-script.ts';
import { recordable } from '../camera/record.ts';
import { useCamera } from '../camera/use-camera.ts';
import { SETTLE_AGAIN_MS, useGuidance } from '../camera/use-guidance.ts';
import { type Recording, useRecording } from '../camera/use-recording.ts';
import type { MessageKey } from '../i18n/en.ts';
import type { FaceHint } from '../quality/judge.ts';
import { Screen, Spoken } from '../screen.tsx';
import { useText } from '../text.tsx';
import { CameraTrouble } from './camera-trouble.tsx';
import { FileButton } from './file-button.tsx';
import { Overlay } from './overlay.tsx';
import { Review } from './review.tsx';

const hints: Readonly<Record<FaceHint, MessageKey>> = {
  dark: 'hintDark',
  bright: 'hintBright',
  oval: 'hintOval',
  one: 'hintOne',
  far: 'hintFar',
  near: 'hintNear',
  steady: 'hintSteady',
  blur: 'hintBlur',
  good: 'hintGoodFace',
};

const cueWords: Readonly<Record<Prompt | 'straight' | 'done', MessageKey>> = {
  straight: 'promptStraight',
  turn_left: 'promptTurnLeft',
  turn_right: 'promptTurnRight',
  look_up: 'promptLookUp',
  smile: 'promptSmile',
  blink: 'promptBlink',
  done: 'promptDone',
};

const Asked = ({ recording }: { readonly recording: Recording }) => {
  const { say } = useText();
  if (recording.phase === 'countdown') {
    return <p class="count">{recording.count}</p>;
  }
  if (recording.phase !== 'recording') return null;
  return <p class="cue">{say(cueWords[recording.cue.show])}</p>;
};

interface Props {
  readonly prompts: readonly Prompt[];
  readonly onDone: (file: Blob) => void;
  readonly onPhone?: (() => void) | undefined;
}

/** The video of the face: it begins by itself when the picture is good, or by the button; then one prompt after the other. */
export function SelfieCapture({ prompts, onDone, onPhone }: Props) {
  const { say } = useText();
  const [taken, setTaken] = useState<Blob>();
  const [again, setAgain] = useState(false);
  const camera = useCamera('user', taken === undefined);
  const oval = useRef<SVGPathElement>(null);
  const cues = useMemo(() => cuesOf(prompts), [prompts]);
  const { state, start } = useRecording({ stream: camera.stream, cues, onFile: setTaken });
  const waiting = state.phase === 'idle';
  const { hint, held, spoken } = useGuidance(
    camera.video,
    oval,
    'face',
    camera.ready && waiting,
    again ? SETTLE_AGAIN_MS : 0,
  );
  // Once for each time that all is well.
  useEffect(() => {
    if (held === 1 && waiting) start();
  }, [held]);

  const inWords = useMemo(() => ['promptStraight', ...prompts.map((prompt) => cueWords[prompt])] as const, [prompts]);
  const retake = (): void => {
    setAgain(true);
    setTaken(undefined);
  };
  if (taken) return <Review kind="selfie_video" file={taken} onUse={() => onDone(taken)} onRetake={retake} />;
  const trouble = camera.trouble ?? (camera.ready && !recordable() ? 'insecure' : undefined);
  if (trouble) {
    const props = { trouble, kind: 'selfie_video', prompts: inWords, onAgain: camera.again } as const;
    return <CameraTrouble {...props} onFile={setTaken} onPhone={onPhone} />;
  }
  const key = hint && hints[hint as FaceHint];
  const show = state.phase === 'recording' ? state.cue.show : undefined;
  const towards = show === 'straight' || show === 'done' ? undefined : show;
  const spokenNow =
    state.phase === 'countdown'
      ? say('countdown', { n: state.count })
      : state.phase === 'recording'
        ? say(cueWords[state.cue.show])
        : spoken && say(hints[spoken as FaceHint]);
  return (
    <Screen name="selfie_video" title={say('selfieTitle')}>
      <p class="lead">{say('selfieText')}</p>
      <div class="viewer" aria-hidden="true">
        <video ref={camera.video} class="mirrored" muted playsInline />
        <Overlay of="face" frame={oval} good={hint === 'good' || !waiting} towards={towards} />
        {waiting && (
          <p class={`hint ${hint === 'good' ? 'good' : ''}`}>
            <span>{key ? say(key) : say('cameraAsks')}</span>
          </p>
        )}
        <Asked recording={state} />
      </div>
      <Spoken>{spokenNow}</Spoken>
      <div class="actions steady">
        {state.phase === 'recording' ? (
          <div class="meter">
            <span class="bar" style={{ transform: `scaleX(${state.share})` }} />
          </div>
        ) : (
          <button type="button" class="button primary" disabled={!camera.ready || !waiting} onClick={start}>
            {say('selfieStart')}
          </button>
        )}
        {waiting && <FileButton kind="selfie_video" label={say('uploadVideo')} look="plain" onFile={setTaken} />}
      </div>
    </Screen>
  );
}
