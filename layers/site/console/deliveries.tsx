import { useState } from 'preact/hooks';
import { CallError, post, query } from './api.ts';
import { useList } from './load.ts';
import { List } from './more.tsx';
import { Heading, IdLink, Note, Pill, Time } from './parts.tsx';
import { go, hrefOf, type Route } from './route.ts';
import type { Delivery } from './wire.ts';
import { duration, spell, type Tone } from './words.ts';

const statuses: Readonly<Record<Delivery['status'], { readonly label: string; readonly tone: Tone }>> = {
  delivered: { label: 'Delivered', tone: 'good' },
  pending: { label: 'Pending', tone: 'wait' },
  failed: { label: 'Failed', tone: 'bad' },
};

/** All that was told to the partner's endpoint, newest first. */
export function Deliveries({ route }: { route: Route }) {
  const { status = '' } = route.query;
  const list = useList<Delivery>(`/deliveries${query({ status })}`);
  const chip = (value: string, label: string) => (
    <button
      key={value}
      type="button"
      class="chip"
      aria-pressed={status === value}
      onClick={() => go(['deliveries'], { status: value })}
    >
      {label}
    </button>
  );
  return (
    <>
      <Heading>Webhook deliveries</Heading>
      <div class="filters">
        <fieldset class="chips">
          <legend class="hidden">Status</legend>
          {chip('', 'All')}
          {Object.entries(statuses).map(([value, { label }]) => chip(value, label))}
        </fieldset>
      </div>
      <List
        list={list}
        noun="deliveries"
        empty={
          <Note title={status ? 'Nothing matches' : 'No deliveries yet'}>
            {status ? (
              <a href={hrefOf(['deliveries'])}>Show all deliveries</a>
            ) : (
              <>
                Every verdict is sent to your webhook address, once there is one.{' '}
                <a href={hrefOf(['settings'])}>See the settings</a>
              </>
            )}
          </Note>
        }
      >
        {(deliveries) => (
          <DeliveryRows
            deliveries={deliveries}
            subjects
            replaced={(next) => list.replace((one) => (one.deliveryId === next.deliveryId ? next : one))}
          />
        )}
      </List>
    </>
  );
}

interface Rows {
  readonly deliveries: readonly Delivery[];
  /** Also whose they are. */
  readonly subjects?: boolean;
  readonly replaced: (next: Delivery) => void;
}

export const DeliveryRows = ({ deliveries, subjects = false, replaced }: Rows) => (
  <ul class="deliveries">
    {deliveries.map((one) => (
      <li key={one.deliveryId}>
        <DeliveryRow delivery={one} subject={subjects} replaced={replaced} />
      </li>
    ))}
  </ul>
);

function DeliveryRow({
  delivery,
  subject,
  replaced,
}: {
  delivery: Delivery;
  subject: boolean;
  replaced: (next: Delivery) => void;
}) {
  const [state, setState] = useState<'ready' | 'busy' | 'sent' | CallError>('ready');
  const { label, tone } = statuses[delivery.status];
  const again = async () => {
    setState('busy');
    try {
      replaced(await post<Delivery>(`/deliveries/${encodeURIComponent(delivery.deliveryId)}/replay`));
      setState('sent');
    } catch (fault) {
      setState(fault instanceof CallError ? fault : new CallError(0, String(fault)));
    }
  };
  const { attempts } = delivery;
  const last = attempts.at(-1);
  return (
    <article class="delivery" aria-label={`${delivery.event}, ${label}`}>
      <div class="line">
        <Pill tone={tone}>{label}</Pill>
        <strong class="mono">{delivery.event}</strong>
        <Time at={delivery.createdAt} />
        <button type="button" class="quiet small" disabled={state === 'busy'} onClick={again}>
          {state === 'busy' ? 'Sending…' : 'Send again'}
        </button>
      </div>
      <p class="soft clip">
        {subject && delivery.contract !== 'login' && (
          <>
            <IdLink id={delivery.verificationId} />
            {' to '}
          </>
        )}
        <span class="mono">{delivery.url}</span>
      </p>
      <p role="status" class={state instanceof CallError ? 'failed' : 'soft'}>
        {state === 'sent' && 'Queued to be sent again. '}
        {state instanceof CallError && state.message}
      </p>
      {attempts.length > 0 && (
        <details>
          <summary>
            {attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`}, last {answerOf(last)}
          </summary>
          <ol class="attempts">
            {attempts.map((attempt) => (
              <li key={attempt.at}>
                <Time at={attempt.at} /> <span>{answerOf(attempt)}</span>
                <span class="soft">{duration(attempt.durationMs)}</span>
              </li>
            ))}
          </ol>
        </details>
      )}
      {delivery.nextAttemptAt && attempts.length > 0 && (
        <p class="soft">
          Next attempt <Time at={delivery.nextAttemptAt} />
        </p>
      )}
    </article>
  );
}

const answerOf = (attempt: Delivery['attempts'][number] | undefined): string =>
  attempt?.status === undefined ? spell(attempt?.error ?? 'no answer') : `answered ${attempt.status}`;
