import { useEffect, useState } from 'preact/hooks';
import { Screen } from '../screen.tsx';
import { useText } from '../text.tsx';
import type { Kind } from '../wire.ts';

interface Props {
  readonly kind: Kind;
  readonly file: Blob;
  readonly onUse: () => void;
  readonly onRetake: () => void;
}

/** What was taken, large, before it is sent. */
export function Review({ kind, file, onUse, onRetake }: Props) {
  const { say } = useText();
  const [address, setAddress] = useState<string>();
  /** Files that this browser cannot show (HEIC, MKV, PDF) are sent all the same. */
  const [shown, setShown] = useState(true);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  const video = kind === 'selfie_video';
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return (
    <Screen name={`review-${kind}`} title={say(video ? 'reviewVideoTitle' : 'reviewTitle')}>
      <p class="lead">{say(video ? 'reviewVideoText' : 'reviewText')}</p>
      {shown && (
        <div class="viewer whole">
          {address && video && (
            <video
              src={address}
              aria-label={say('reviewVideoAlt')}
              autoplay={!still}
              muted
              loop
              controls
              playsInline
              onError={() => setShown(false)}
            />
          )}
          {address && !video && <img src={address} alt={say('reviewAlt')} onError={() => setShown(false)} />}
        </div>
      )}
      <div class="actions fixed">
        <button type="button" class="button primary" onClick={onUse}>
          {say(video ? 'useVideo' : 'usePhoto')}
        </button>
        <button type="button" class="button secondary" onClick={onRetake}>
          {say(video ? 'recordAgain' : 'retake')}
        </button>
      </div>
    </Screen>
  );
}
