import { useRef, useState } from 'preact/hooks';
import { typeOf, type Unfit, unfit } from '../camera/file-check.ts';
import { useText } from '../text.tsx';
import type { Kind } from '../wire.ts';

interface Props {
  readonly kind: Kind;
  readonly label: string;
  readonly look: 'primary' | 'secondary' | 'plain';
  readonly onFile: (file: Blob) => void;
}

/** Chooses a file, or on phones opens the camera's own app; says what is wrong with a file that cannot be used. */
export function FileButton({ kind, label, look, onFile }: Props) {
  const { say } = useText();
  const input = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState<Unfit>();
  const video = kind === 'selfie_video';
  const chosen = (): void => {
    const file = input.current?.files?.[0];
    if (!file) return;
    const found = unfit(kind, file);
    setFault(found);
    if (input.current) input.current.value = '';
    const type = typeOf(kind, file);
    if (!found && type) onFile(type === file.type ? file : new Blob([file], { type }));
  };
  return (
    <>
      <input
        class="hidden"
        type="file"
        ref={input}
        accept={video ? 'video/*' : 'image/*'}
        capture={video ? 'user' : 'environment'}
        tabIndex={-1}
        aria-hidden="true"
        onChange={chosen}
      />
      <button type="button" class={`button ${look}`} onClick={() => input.current?.click()}>
        {label}
      </button>
      <p class="fault" role="alert" hidden={!fault}>
        {fault && say(fault.key, fault.values)}
      </p>
    </>
  );
}
