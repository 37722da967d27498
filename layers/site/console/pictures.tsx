import { useEffect, useRef, useState } from 'preact/hooks';
import type { Media } from './wire.ts';
import { slotWords } from './words.ts';

const nameOf = ({ slot }: Media): string => slotWords[slot] ?? slot;

/** What was submitted, as long as it is kept. Its addresses are good for a minute: a picture that is on the screen stays there. */
export function Pictures({
  media,
  reload,
  compare = false,
}: {
  media: readonly Media[];
  reload: () => void;
  compare?: boolean;
}) {
  const [large, setLarge] = useState<Media>();
  return (
    <section class={compare ? 'pictures compare' : 'card'} aria-label={compare ? 'Pictures' : undefined}>
      {!compare && <h2>Pictures</h2>}
      <ul class="gallery">
        {media.map((one) => (
          <li key={one.slot}>
            <Picture media={one} reload={reload} enlarge={() => setLarge(one)} />
          </li>
        ))}
      </ul>
      {large?.url && <Enlarged media={large} close={() => setLarge(undefined)} />}
    </section>
  );
}

function Picture({ media, reload, enlarge }: { media: Media; reload: () => void; enlarge: () => void }) {
  const [broken, setBroken] = useState(false);
  const { url, kind } = media;
  useEffect(() => setBroken(false), [url]);
  const name = nameOf(media);
  const fails = () => setBroken(true);
  return (
    <figure>
      <figcaption>{name}</figcaption>
      {url === null ? (
        <div class="gone">No longer kept</div>
      ) : broken ? (
        <div class="gone">
          <span>This browser cannot show it, or its address is over.</span>
          <button type="button" class="quiet small" onClick={reload}>
            Load again
          </button>
        </div>
      ) : kind === 'video' ? (
        // biome-ignore lint/a11y/useMediaCaption: nothing is spoken in it.
        <video src={url} controls playsInline preload="auto" onError={fails} aria-label={name} />
      ) : (
        <button type="button" class="picture" onClick={enlarge} aria-label={`Enlarge: ${name}`}>
          <img src={url} alt={name} onError={fails} />
        </button>
      )}
    </figure>
  );
}

function Enlarged({ media, close }: { media: Media; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="enlarged" onClose={close} aria-label={nameOf(media)}>
      <img src={media.url ?? ''} alt={nameOf(media)} />
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
