import { Screen, Spoken } from '../screen.tsx';
import type { Progress } from '../send-file.ts';
import { useText } from '../text.tsx';
import type { Kind } from '../wire.ts';

const names = { id_photo: 'filePhoto', id_back: 'fileBack', selfie_video: 'fileVideo' } as const;

interface Props {
  readonly kinds: readonly Kind[];
  readonly progress: Readonly<Partial<Record<Kind, Progress>>>;
  readonly onAgain?: (() => void) | undefined;
}

/** Each file on its way, and how far it is. */
export function SendingScreen({ kinds, progress, onAgain }: Props) {
  const { say, language } = useText();
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const stateOf = (kind: Kind): string => {
    const { state, share } = progress[kind] ?? { state: 'sent', share: 1 };
    if (state === 'retrying') return say('retrying');
    if (state === 'sending') return percent.format(share);
    return say(state === 'sent' ? 'fileSent' : 'fileWaiting');
  };
  return (
    <Screen name="send" title={say('sendTitle')}>
      <p class="lead">{say('sendText')}</p>
      <ul class="files">
        {kinds.map((kind) => {
          const share = (progress[kind] ?? { share: 1 }).share;
          return (
            <li key={kind}>
              <div>
                <span id={`file-${kind}`}>{say(names[kind])}</span>
                <span class="state">{stateOf(kind)}</span>
              </div>
              <div
                class="meter"
                role="progressbar"
                aria-labelledby={`file-${kind}`}
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={Math.round(share * 100)}
              >
                <span class="bar" style={{ transform: `scaleX(${share})` }} />
              </div>
            </li>
          );
        })}
      </ul>
      <Spoken>{kinds.some((kind) => progress[kind]?.state === 'retrying') && say('retrying')}</Spoken>
      {onAgain && (
        <div class="actions fixed">
          <p class="fault">{say('brokenText')}</p>
          <button type="button" class="button primary" onClick={onAgain}>
            {say('tryAgain')}
          </button>
        </div>
      )}
    </Screen>
  );
}

export function Checking() {
  const { say } = useText();
  return (
    <Screen name="checking" title={say('checkingTitle')}>
      <p class="lead">{say('checkingText')}</p>
      <div class="centre">
        <div class="spinner" />
      </div>
    </Screen>
  );
}
