import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { paletteOf, readTheme } from '../../../lambdas/domain/theme.ts';
import { CallError, put } from './api.ts';
import type { Settings } from './wire.ts';

interface FormProps {
  readonly settings: Settings;
  readonly set: (next: Settings) => void;
}

/** A form of settings: what was saved is shown at once, what was refused is told beside it. */
function SettingForm({
  bodyOf,
  set,
  children,
}: {
  bodyOf: (fields: FormData) => unknown;
  set: (next: Settings) => void;
  children: ComponentChildren;
}) {
  const [state, setState] = useState<'ready' | 'busy' | 'saved' | CallError>('ready');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    setState('busy');
    try {
      set(await put<Settings>('/settings', bodyOf(new FormData(form))));
      setState('saved');
    } catch (fault) {
      setState(fault instanceof CallError ? fault : new CallError(0, String(fault)));
    }
  };
  return (
    <form
      class="setting"
      onSubmit={submit}
      onInput={() => setState((before) => (before === 'busy' ? before : 'ready'))}
    >
      {children}
      <div class="line">
        <button type="submit" disabled={state === 'busy'}>
          {state === 'busy' ? 'Saving…' : 'Save'}
        </button>
        <span role="status" class={state instanceof CallError ? 'failed' : 'soft'}>
          {state === 'saved' && 'Saved.'}
          {state instanceof CallError && state.message}
        </span>
      </div>
    </form>
  );
}

const textOf = (fields: FormData, name: string): string => String(fields.get(name) ?? '').trim();

export const WebhookForm = ({ settings, set }: FormProps) => (
  <SettingForm set={set} bodyOf={(fields) => ({ webhook_url: textOf(fields, 'url') || null })}>
    <label>
      Address
      <input
        name="url"
        type="url"
        maxLength={2048}
        spellcheck={false}
        placeholder="https://"
        defaultValue={settings.webhookUrl ?? ''}
      />
      <span class="soft">Every verdict is sent there, signed. Empty: nothing is sent.</span>
    </label>
  </SettingForm>
);

export const ReturnForm = ({ settings, set }: FormProps) => (
  <SettingForm
    set={set}
    bodyOf={(fields) => ({
      return_urls: textOf(fields, 'urls')
        .split(/\s+/)
        .filter((url) => url !== ''),
    })}
  >
    <label>
      Addresses, one a line
      <textarea name="urls" rows={3} spellcheck={false} class="mono" defaultValue={settings.returnUrls.join('\n')} />
      <span class="soft">
        People are sent back to these alone; one that ends at its host stands for all of its paths.
      </span>
    </label>
  </SettingForm>
);

/** Bytes of a logo; the service takes no more. */
const mostLogo = 64 * 1024;
const logoTypes = 'image/png,image/jpeg,image/webp';
const isColour = (text: string): boolean => /^#[0-9a-f]{6}$/i.test(text);

/** Name, colour and logo; what else a theme holds stays as it is. */
export function ThemeForm({ settings, set }: FormProps) {
  const before = readTheme(settings.theme);
  const [primary, setPrimary] = useState(before.colours?.primary ?? '#0b5cad');
  const [name, setName] = useState(before.name ?? settings.account);
  const [logo, setLogo] = useState(before.logo);
  const [tooLarge, setTooLarge] = useState(false);
  const pick = async (event: Event & { readonly currentTarget: HTMLInputElement }) => {
    const file = event.currentTarget.files?.[0];
    if (!file) return;
    setTooLarge(file.size > mostLogo);
    if (file.size <= mostLogo) setLogo(await asDataUrl(file));
  };
  const body = () => {
    const { logo: _, ...rest } = (settings.theme ?? {}) as Record<string, unknown>;
    const colours = { ...(rest.colours as object | undefined), primary };
    return { theme: { ...rest, colours, name: name.trim() || settings.account, ...(logo && { logo }) } };
  };
  return (
    <SettingForm set={set} bodyOf={body}>
      <div class="theme">
        <div class="fields">
          <label>
            Name
            <input maxLength={80} value={name} onInput={(event) => setName(event.currentTarget.value)} />
          </label>
          <div class="colour">
            <label>
              Colour
              <input
                value={primary}
                maxLength={7}
                pattern="#[0-9a-fA-F]{6}"
                title="# and six hexadecimal digits"
                spellcheck={false}
                class="mono"
                onInput={(event) => setPrimary(event.currentTarget.value)}
              />
            </label>
            <input
              type="color"
              value={isColour(primary) ? primary : '#000000'}
              aria-label="Pick a colour"
              onInput={(event) => setPrimary(event.currentTarget.value)}
            />
          </div>
          <label>
            Logo
            <input type="file" accept={logoTypes} onChange={pick} />
            <span class={tooLarge ? 'failed' : 'soft'}>PNG, JPEG or WebP, 64 KB at most.</span>
          </label>
          {logo && (
            <button type="button" class="quiet small start" onClick={() => setLogo(undefined)}>
              Remove the logo
            </button>
          )}
        </div>
        <Preview name={name} primary={isColour(primary) ? primary : undefined} logo={logo} />
      </div>
    </SettingForm>
  );
}

/** As the page will look: colours are moved until they can be read, and that is seen before it is saved. */
function Preview({ name, primary, logo }: { name: string; primary: string | undefined; logo: string | undefined }) {
  const schemes = ['light', 'dark'] as const;
  return (
    <div class="previews" role="img" aria-label="Preview of the hosted page, light and dark">
      {schemes.map((scheme) => {
        const palette = paletteOf(primary === undefined ? {} : { colours: { primary } }, scheme);
        return (
          <div key={scheme} class="preview" style={{ background: palette.paper, color: palette.ink }}>
            {logo ? <img src={logo} alt="" /> : <strong>{name}</strong>}
            <span style={{ color: palette.soft }}>Verify your identity</span>
            <span class="pretend" style={{ background: palette.accent, color: palette['on-accent'] }}>
              Continue
            </span>
          </div>
        );
      })}
    </div>
  );
}

const asDataUrl = (file: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
