import { useEffect, useRef, useState } from 'preact/hooks';
import { type Cue, cueAt } from './challenge-script.ts';
import { startRecording } from './record.ts';

/** Seconds. */
const COUNTDOWN = 3;
const EVERY_MS = 60;

/** `count` seconds to go, then the cues one after the other, then the file. */
export type Recording =
  | { readonly phase: 'idle' }
  | { readonly phase: 'countdown'; readonly count: number }
  | { readonly phase: 'recording'; readonly cue: Cue; readonly share: number };

interface Options {
  readonly stream: MediaStream | undefined;
  readonly cues: readonly Cue[];
  readonly onFile: (file: Blob) => void;
}

/** Counts down, records through all cues, and hands over the file. A page that is put away in between begins again. */
export function useRecording({ stream, cues, onFile }: Options) {
  const [state, setState] = useState<Recording>({ phase: 'idle' });
  const stop = useRef<() => void>(() => undefined);

  const start = (): void => {
    if (!stream || state.phase !== 'idle') return;
    const began = performance.now();
    const length = cues.at(-1)?.untilMs ?? 0;
    let recorder: ReturnType<typeof startRecording> | undefined;
    let recordedFrom = 0;
    const end = (): void => {
      clearInterval(timer);
      recorder?.cancel();
      setState({ phase: 'idle' });
    };
    const tick = () => {
      if (document.hidden) return end();
      const now = performance.now();
      if (!recorder) {
        const count = Math.ceil(COUNTDOWN - (now - began) / 1000);
        if (count > 0) return setState({ phase: 'countdown', count });
        recorder = startRecording(stream);
        recordedFrom = now;
      }
      const at = now - recordedFrom;
      const cue = cueAt(cues, at);
      if (cue) return setState({ phase: 'recording', cue, share: at / length });
      clearInterval(timer);
      recorder.stop().then((file) => {
        setState({ phase: 'idle' });
        if (file.size > 0) onFile(file);
      });
    };
    const timer = setInterval(tick, EVERY_MS);
    stop.current = end;
    tick();
  };

  useEffect(() => () => stop.current(), []);
  return { state, start };
}
