import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CallError } from './api.ts';
import { hrefOf } from './route.ts';
import type { State } from './wire.ts';
import { exactTime, percent, shortTime, stateWords, type Tone } from './words.ts';

const glyphs: Readonly<Record<Tone, string>> = { good: '✓', bad: '✕', wait: '●', idle: '○' };

/** A word in a colour; the sign before it says the same to those who do not see it. */
export const Pill = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <span class={`pill ${tone}`}>
    <span aria-hidden="true">{glyphs[tone]}</span>
    {children}
  </span>
);

export const StatePill = ({ state }: { state: State }) => (
  <Pill tone={stateWords[state].tone}>{stateWords[state].label}</Pill>
);

export const Time = ({ at, exact = false }: { at: string; exact?: boolean }) => (
  <time dateTime={at} title={exactTime(at)}>
    {exact ? exactTime(at) : shortTime(at)}
  </time>
);

/** Where there is nothing to show: a dash for the eye, a word for the ear. */
export const None = ({ say = 'none' }: { say?: string }) => (
  <span class="soft">
    <span aria-hidden="true">–</span>
    <span class="hidden">{say}</span>
  </span>
);

/** What to do where a list is empty, or where it could not be read. */
export const Note = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="note">
    <strong>{title}</strong>
    {children && <div class="soft">{children}</div>}
  </div>
);

export const Failed = ({ error, retry }: { error: CallError; retry?: () => void }) => (
  <div class="note failed" role="alert">
    <strong>{error.message}</strong>
    {retry && (
      <button type="button" class="quiet" onClick={retry}>
        Try again
      </button>
    )}
  </div>
);

/** Bars where rows will be: the page does not jump when they come. */
export const Waiting = ({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) => (
  <div class="waiting" role="status" aria-label={label}>
    {Array.from({ length: rows }, (_, at) => (
      <span key={at} />
    ))}
  </div>
);

/** A score against what it has to reach, 0..1. */
export const Bar = ({ score, threshold, tone }: { score: number; threshold?: number; tone: Tone }) => (
  <span class={`bar ${tone}`} aria-hidden="true">
    <span style={{ inlineSize: percent(Math.min(1, score)) }} />
    {threshold !== undefined && <i style={{ insetInlineStart: percent(Math.min(1, threshold)) }} />}
  </span>
);

export const IdLink = ({ id }: { id: string }) => (
  <a class="mono id" href={hrefOf(['verifications', id])}>
    {id}
  </a>
);

/** Copies a text; says so where it is heard, too. */
export function Copy({ text, what }: { text: string; what: string }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text).catch(() => undefined);
    setDone(true);
    setTimeout(setDone, 1500, false);
  };
  return (
    <button type="button" class="quiet small" aria-label={`Copy ${what}`} onClick={copy}>
      <span aria-live="polite">{done ? 'Copied' : 'Copy'}</span>
    </button>
  );
}

/** The heading of a view: where focus goes when the view changes, so that it is read out. */
export function Heading({ children, aside }: { children: string; aside?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · Selfsame console`;
    heading.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }, [children]);
  return (
    <div class="heading">
      <h1 ref={heading} tabIndex={-1}>
        {children}
      </h1>
      {aside}
    </div>
  );
}

/** Names and values, in two columns where there is room. */
export const Facts = ({ of: facts }: { of: readonly (readonly [name: string, value: ComponentChildren])[] }) => (
  <dl class="facts">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
