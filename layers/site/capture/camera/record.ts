/** What browsers can record, best first: WebM is cheap where it is known, Safari has MP4 alone. */
const types = ['video/webm;codecs=vp8', 'video/webm', 'video/mp4;codecs=avc1.42E01E', 'video/mp4'] as const;

/** Enough for a face at 720p; 8 s are 2.5 MB. */
const BITS_PER_SECOND = 2_500_000;

export const recordable = (): string | undefined =>
  typeof MediaRecorder === 'undefined' ? undefined : types.find((type) => MediaRecorder.isTypeSupported(type));

/** Records what the camera sees until `stop`; the file comes when it is whole. */
export function startRecording(stream: MediaStream): {
  readonly stop: () => Promise<Blob>;
  readonly cancel: () => void;
} {
  const mimeType = recordable();
  const recorder = new MediaRecorder(stream, { ...(mimeType && { mimeType }), videoBitsPerSecond: BITS_PER_SECOND });
  const parts: Blob[] = [];
  const ended = new Promise<void>((resolve) => {
    recorder.ondataavailable = ({ data }) => data.size > 0 && parts.push(data);
    recorder.onstop = () => resolve();
    recorder.onerror = () => resolve();
  });
  recorder.start(1000);
  const end = (): void => {
    if (recorder.state !== 'inactive') recorder.stop();
  };
  return {
    stop: async () => {
      end();
      await ended;
      return new Blob(parts, { type: recorder.mimeType || mimeType || 'video/webm' });
    },
    cancel: end,
  };
}
