import type { MessageKey } from '../i18n/en.ts';
import { Icon, type IconName } from '../icons.tsx';
import { Screen } from '../screen.tsx';
import { useText } from '../text.tsx';

const points: readonly (readonly [IconName, MessageKey, MessageKey])[] = [
  ['card', 'welcomeDocument', 'welcomeDocumentText'],
  ['face', 'welcomeSelfie', 'welcomeSelfieText'],
  ['lock', 'welcomeKept', 'welcomeKeptText'],
];

interface Props {
  readonly onStart: () => void;
  /** Offered where a phone's camera would be the better one. */
  readonly onPhone?: (() => void) | undefined;
}

export function Welcome({ onStart, onPhone }: Props) {
  const { say } = useText();
  return (
    <Screen name="welcome" title={say('welcomeTitle')}>
      <p class="lead">{say('welcomeText')}</p>
      <ul class="points">
        {points.map(([icon, title, text]) => (
          <li key={title}>
            <Icon name={icon} />
            <div>
              <b>{say(title)}</b>
              <p>{say(text)}</p>
            </div>
          </li>
        ))}
      </ul>
      <div class="actions fixed">
        <button type="button" class="button primary" onClick={onStart}>
          {say('start')}
        </button>
        {onPhone && (
          <button type="button" class="button secondary" onClick={onPhone}>
            <Icon name="phone" size={20} />
            {say('usePhone')}
          </button>
        )}
      </div>
    </Screen>
  );
}
