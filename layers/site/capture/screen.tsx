import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icons.tsx';

interface ScreenProps {
  readonly title: string;
  /** Another name is another screen: it is read out from its beginning. */
  readonly name: string;
  readonly children?: ComponentChildren;
}

/** A screen's heading takes the focus when the screen is new, so that a screen reader begins there. */
function Heading({ children }: { readonly children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** One clear thing. */
export const Screen = ({ title, name, children }: ScreenProps) => (
  <section class="screen" key={name} data-screen={name}>
    <Heading key={name}>{title}</Heading>
    {children}
  </section>
);

interface ToldProps extends ScreenProps {
  readonly sign: IconName;
  readonly tone: 'good' | 'bad' | 'wait' | 'calm';
  readonly text: string;
  readonly actions?: ComponentChildren;
}

/** A screen that tells something, with a sign. */
export const Told = ({ title, name, sign, tone, text, children, actions }: ToldProps) => (
  <section class="screen" key={name} data-screen={name}>
    <div class="centre">
      <Icon name={sign} className={`sign ${tone}`} />
      <Heading key={name}>{title}</Heading>
      <p class="lead">{text}</p>
      {children}
    </div>
    {actions && <div class="actions fixed">{actions}</div>}
  </section>
);

/** Said to a screen reader, politely: after what it is reading. */
export const Spoken = ({ children }: { readonly children: ComponentChildren }) => (
  <div class="hidden" aria-live="polite" role="status">
    {children}
  </div>
);
