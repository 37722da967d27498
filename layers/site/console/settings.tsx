import type { ComponentChildren } from 'preact';
import { useLoad } from './load.ts';
import { Facts, Failed, Heading, None, Pill, Time, Waiting } from './parts.tsx';
import { ReturnForm, ThemeForm, WebhookForm } from './settings-forms.tsx';
import type { Settings } from './wire.ts';
import { spell } from './words.ts';

const listed = (items: readonly string[]): ComponentChildren =>
  items.length === 0 ? (
    <None />
  ) : (
    items.map((one) => (
      <div key={one} class="mono break">
        {one}
      </div>
    ))
  );

const thresholdWords: Readonly<Record<string, string>> = {
  match: 'Faces match from',
  liveness: 'Liveness from',
  approve: 'Approved from confidence',
  review: 'A person looks from',
};

/** The account, as its verifications meet it, and what a partner sets of it. */
export function SettingsView() {
  const { data, error, loading, reload, set } = useLoad<Settings>('/settings');
  return (
    <>
      <Heading>Settings</Heading>
      {error && <Failed error={error} retry={reload} />}
      {loading && !data && <Waiting rows={8} />}
      {data && <Known settings={data} set={set} />}
    </>
  );
}

const Known = ({ settings, set }: { settings: Settings; set: (next: Settings) => void }) => (
  <div class="detail">
    <div class="main">
      <section class="card">
        <div class="line">
          <h2>Webhook</h2>
          {settings.webhookDisabledAt ? (
            <>
              <Pill tone="bad">Switched off</Pill>
              <span class="soft">
                it answered 410 <Time at={settings.webhookDisabledAt} />
              </span>
            </>
          ) : settings.webhookUrl ? (
            <Pill tone="good">On</Pill>
          ) : (
            <Pill tone="idle">Off</Pill>
          )}
        </div>
        <WebhookForm settings={settings} set={set} />
      </section>
      <section class="card">
        <h2>Look of the hosted page</h2>
        <ThemeForm settings={settings} set={set} />
      </section>
      <section class="card">
        <h2>Return addresses</h2>
        <ReturnForm settings={settings} set={set} />
      </section>
    </div>
    <aside class="side">
      <section class="card">
        <h2>Account</h2>
        <Facts
          of={[
            ['Name', settings.account],
            ['Id', <span class="mono break">{settings.tenantId}</span>],
            ['Plan', spell(settings.plan)],
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
        <h2>Pages and files</h2>
        <Facts
          of={[
            ['Origins of your sites', listed(settings.allowedOrigins)],
            ['Files kept for', `${settings.retentionDays} ${settings.retentionDays === 1 ? 'day' : 'days'}`],
          ]}
        />
        <p class="soft">Set by whoever runs this installation.</p>
      </section>
    </aside>
  </div>
);
