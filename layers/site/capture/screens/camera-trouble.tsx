import type { Trouble } from '../camera/trouble.ts';
import type { MessageKey } from '../i18n/en.ts';
import { Told } from '../screen.tsx';
import { useText } from '../text.tsx';
import type { Kind } from '../wire.ts';
import { FileButton } from './file-button.tsx';

const words: Readonly<Record<Trouble, readonly [MessageKey, MessageKey]>> = {
  denied: ['deniedTitle', 'deniedText'],
  absent: ['absentTitle', 'absentText'],
  busy: ['busyTitle', 'busyText'],
  insecure: ['insecureTitle', 'insecureText'],
  failed: ['failedTitle', 'failedText'],
};

interface Props {
  readonly trouble: Trouble;
  readonly kind: Kind;
  readonly onAgain: () => void;
  readonly onFile: (file: Blob) => void;
  readonly onPhone?: (() => void) | undefined;
  /** What the person has to do in the video, where it is one. */
  readonly prompts?: readonly MessageKey[];
}

/** No picture from a camera is no dead end: again, with a file, or on the phone. */
export function CameraTrouble({ trouble, kind, onAgain, onFile, onPhone, prompts = [] }: Props) {
  const { say } = useText();
  const [title, text] = words[trouble];
  const actions = (
    <>
      <FileButton
        kind={kind}
        label={say(kind === 'selfie_video' ? 'chooseVideo' : 'choosePhoto')}
        look="primary"
        onFile={onFile}
      />
      {onPhone && (
        <button type="button" class="button secondary" onClick={onPhone}>
          {say('usePhone')}
        </button>
      )}
      {trouble !== 'insecure' && (
        <button type="button" class="button plain" onClick={onAgain}>
          {say('tryAgain')}
        </button>
      )}
    </>
  );
  return (
    <Told name={`trouble-${kind}`} title={say(title)} text={say(text)} sign="camera" tone="wait" actions={actions}>
      {prompts.length > 0 && (
        <>
          <p>{say('fallbackVideo')}</p>
          <ol class="prompts">
            {prompts.map((prompt) => (
              <li key={prompt}>{say(prompt)}</li>
            ))}
          </ol>
        </>
      )}
    </Told>
  );
}
