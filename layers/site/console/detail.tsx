import { DeliveryRows } from './deliveries.tsx';
import { type Loaded, useLoad } from './load.ts';
import { Copy, Facts, Failed, Heading, Time, Waiting } from './parts.tsx';
import { Pictures } from './pictures.tsx';
import { hrefOf } from './route.ts';
import { Signals } from './signals.tsx';
import { Timeline } from './timeline.tsx';
import { VerdictBanner } from './verdict.tsx';
import type { Detail } from './wire.ts';
import { contractWords, duration, spell } from './words.ts';

/** One verification with all that is known of it. */
export function DetailView({ id }: { id: string }) {
  const loaded = useLoad<Detail>(`/verifications/${encodeURIComponent(id)}`);
  return (
    <>
      <p class="crumb">
        <a href={hrefOf(['verifications'])}>Verifications</a>
      </p>
      <Heading aside={<Copy text={id} what="id" />}>{id}</Heading>
      {loaded.error && <Failed error={loaded.error} {...(loaded.error.status !== 404 && { retry: loaded.reload })} />}
      {loaded.loading && !loaded.data && <Waiting rows={10} />}
      {loaded.data && <Known detail={loaded.data} loaded={loaded} />}
    </>
  );
}

function Known({ detail, loaded }: { detail: Detail; loaded: Loaded<Detail> }) {
  const { reload, set } = loaded;
  return (
    <div class="detail">
      <div class="main">
        <VerdictBanner detail={detail} />
        {detail.media.length > 0 && <Pictures media={detail.media} reload={reload} />}
        {detail.signals.length > 0 && <Signals signals={detail.signals} />}
        <section class="card">
          <h2>Webhook deliveries</h2>
          {detail.deliveries.length === 0 ? (
            <p class="soft">Nothing was sent: no address was set, or there is nothing to tell yet.</p>
          ) : (
            <DeliveryRows
              deliveries={detail.deliveries}
              replaced={(next) =>
                set({
                  ...detail,
                  deliveries: detail.deliveries.map((one) => (one.deliveryId === next.deliveryId ? next : one)),
                })
              }
            />
          )}
        </section>
      </div>
      <aside class="side">
        <Timeline moments={detail.timeline} />
        <Record detail={detail} />
        <Making detail={detail} />
      </aside>
    </div>
  );
}

const Record = ({ detail }: { detail: Detail }) => {
  const { claims, facts, metadata } = detail;
  const { userRef, ...claimed } = claims;
  return (
    <section class="card">
      <h2>Record</h2>
      <Facts
        of={[
          ['Contract', contractWords[detail.contract]],
          ['Mode', detail.mode === 'live' ? 'Live' : 'Test'],
          ['User reference', userRef ?? <span class="soft">none</span>],
          ...Object.entries({ ...claimed, ...facts }).map(([name, value]) => [spell(name), value] as const),
          ['Started', <Time at={detail.createdAt} />],
        ]}
      />
      {metadata && (
        <>
          <h3>Metadata</h3>
          <pre>{JSON.stringify(metadata, null, 2)}</pre>
        </>
      )}
    </section>
  );
};

/** What it was judged by and with: for those who have to explain a verdict later. */
const Making = ({ detail: { policy, policyHash, models, stages } }: { detail: Detail }) => {
  if (!policy) return null;
  const whole = Math.max(...Object.values(stages), 1);
  return (
    <section class="card">
      <h2>How it was judged</h2>
      <details>
        <summary>Policy</summary>
        <Facts of={Object.entries(policy).map(([name, value]) => [spell(name), String(value)])} />
        <p class="soft mono break">sha256 {policyHash}</p>
      </details>
      <details>
        <summary>Model files ({Object.keys(models).length})</summary>
        <dl class="files">
          {Object.entries(models).map(([name, hash]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="soft mono break">{hash}</dd>
            </div>
          ))}
        </dl>
      </details>
      <details>
        <summary>Time taken{stages.total === undefined ? '' : `: ${duration(stages.total)}`}</summary>
        <ul class="stages">
          {Object.entries(stages).map(([name, ms]) => (
            <li key={name}>
              <span>{spell(name)}</span>
              <span class="bar idle" aria-hidden="true">
                <span style={{ inlineSize: `${(ms / whole) * 100}%` }} />
              </span>
              <span class="number">{duration(ms)}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
};
