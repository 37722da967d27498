import type { ComponentChildren } from 'preact';
import { useLoad } from './load.ts';
import { Facts, Failed, Heading, Pill, Time, Waiting } from './parts.tsx';
import type { Settings } from './wire.ts';
import { spell } from './words.ts';

const none = (text: string): ComponentChildren => <span class="soft">{text}</span>;
const listed = (items: readonly string[]): ComponentChildren =>
  items.length === 0
    ? none('none')
    : items.map((one) => (
        <div key={one} class="mono break">
          {one}
        </div>
      ));

const thresholdWords: Readonly<Record<string, string>> = {
  match: 'Faces match from',
  liveness: 'Liveness from',
  approve: 'Approved from confidence',
  review: 'A person looks from',
};

/** The account, as its verifications meet it. */
export function SettingsView() {
  const { data, error, loading, reload } = useLoad<Settings>('/settings');
  return (
    <>
      <Heading>Settings</Heading>
      {error && <Failed error={error} retry={reload} />}
      {loading && !data && <Waiting rows={8} />}
      {data && <Known settings={data} />}
    </>
  );
}

const Known = ({ settings }: { settings: Settings }) => (
  <div class="cards">
    <section class="card">
      <h2>Account</h2>
      <Facts
        of={[
          ['Name', settings.account],
          ['Id', <span class="mono">{settings.tenantId}</span>],
          ['Plan', spell(settings.plan)],
        ]}
      />
    </section>
    <section class="card">
      <h2>Webhook</h2>
      <Facts
        of={[
          [
            'Address',
            settings.webhookUrl ? <span class="mono break">{settings.webhookUrl}</span> : none('none: nothing is sent'),
          ],
          [
            'State',
            settings.webhookDisabledAt ? (
              <>
                <Pill tone="bad">Switched off</Pill> it answered 410, <Time at={settings.webhookDisabledAt} />
              </>
            ) : settings.webhookUrl ? (
              <Pill tone="good">On</Pill>
            ) : (
              none('off')
            ),
          ],
        ]}
      />
    </section>
    <section class="card">
      <h2>Verdicts</h2>
      <Facts
        of={[
          ...Object.entries(settings.thresholds).map(
            ([name, value]) => [thresholdWords[name] ?? spell(name), String(value)] as const,
          ),
          ['Liveness required', settings.requireLiveness ? 'Yes' : 'No, and every verdict says so'],
          ['Consent required', settings.consentRequired ? 'Yes' : 'No'],
        ]}
      />
    </section>
    <section class="card">
      <h2>Pages</h2>
      <Facts
        of={[
          ['Origins', listed(settings.allowedOrigins)],
          ['Return addresses', listed(settings.returnUrls)],
          [
            'Media kept for',
            settings.retentionDays === null
              ? none('as long as the installation says')
              : `${settings.retentionDays} days`,
          ],
        ]}
      />
    </section>
    {settings.theme && (
      <section class="card">
        <h2>Theme</h2>
        <pre>{JSON.stringify(settings.theme, null, 2)}</pre>
      </section>
    )}
  </div>
);
