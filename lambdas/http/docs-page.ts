import { createHash } from 'node:crypto';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

interface Media {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
  readonly description?: string;
}

interface OperationObject {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
  }[];
  readonly requestBody?: Media;
  readonly responses?: Readonly<Record<string, Media>>;
}

/** As much of an OpenAPI document as the page shows. */
export interface Described {
  readonly info: { readonly title: string; readonly description?: string };
  readonly paths?: unknown;
  readonly components?: unknown;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const toHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');
/** Descriptions mark code with backticks, as Markdown does. */
const prose = (text: string | undefined): string => toHtml(text ?? '').replace(/`([^`]+)`/g, '<code>$1</code>');

const style = `
:root { color-scheme: light dark; --ink: light-dark(#16202c, #e7ecf2); --soft: light-dark(#5a6878, #9aa7b5);
  --line: light-dark(#dfe4ea, #2c3642); --paper: light-dark(#fff, #12181f); --card: light-dark(#f6f8fa, #18202a); --key: light-dark(#0b5cad, #7db8f5); }
* { box-sizing: border-box } body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
main, header { max-width: 60rem; margin: 0 auto; padding: 1.5rem } h1 { margin: 0 0 .25rem } h2 { margin: 2.5rem 0 1rem; text-transform: capitalize }
p { margin: .25rem 0 } .soft { color: var(--soft) } code { font: .9em ui-monospace, monospace }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; background: var(--card) } details[open] { background: var(--paper) }
summary { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; padding: .6rem 1rem; cursor: pointer }
summary:focus-visible { outline: 2px solid var(--key); outline-offset: 2px } .verb { font: 700 .8rem ui-monospace, monospace; min-width: 3.5rem; color: var(--key) }
.auth { margin-left: auto; font-size: .8rem; color: var(--soft) } .body { padding: 0 1rem 1rem; overflow-x: auto }
h4 { margin: 1rem 0 .25rem; font-size: .95rem } h4 .soft { font-weight: 400 } table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top } th { font-weight: 600; color: var(--soft) }`;

/** A readable page of an OpenAPI document: one file, no script, nothing from elsewhere. */
export function docsPage(document: Described): { readonly html: string; readonly contentSecurityPolicy: string } {
  const schemas = (document.components as { schemas?: Record<string, Schema> } | undefined)?.schemas ?? {};
  const groups = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(
    (document.paths ?? {}) as Record<string, Record<string, OperationObject>>,
  )) {
    for (const [method, operation] of Object.entries(methods)) {
      const group = operation.tags?.[0] ?? 'other';
      groups.set(group, [...(groups.get(group) ?? []), operationHtml(method, path, operation, schemas)]);
    }
  }
  const sections = [...groups].map(([name, items]) => `<section><h2>${toHtml(name)}</h2>${items.join('')}</section>`);
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${toHtml(document.info.title)}</title><style>${style}</style></head><body>
<header><h1>${toHtml(document.info.title)}</h1><p>${prose(document.info.description)}</p>
<p class="soft">For programs: <a href="/openapi.json">openapi.json</a></p></header><main>${sections.join('')}</main></body></html>`;
  const hash = createHash('sha256').update(style).digest('base64');
  return {
    html,
    contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
  };
}

function operationHtml(
  method: string,
  path: string,
  operation: OperationObject,
  schemas: Record<string, Schema>,
): string {
  const auth = operation.security?.flatMap((one) => Object.keys(one)).join(', ');
  const parameters = (operation.parameters ?? []).map(({ name, required, description, in: place }) =>
    row(name, place, required ?? false, prose(description)),
  );
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const responses = Object.entries(operation.responses ?? {}).map(([status, { description, content }]) => {
    const schema = Object.values(content ?? {})[0]?.schema;
    const fields = status.startsWith('2') && schema ? fieldsHtml(schema, schemas) : '';
    return `<h4>${toHtml(status)} <span class="soft">${prose(description)}</span></h4>${fields}`;
  });
  return `<details><summary><span class="verb">${method.toUpperCase()}</span><code>${toHtml(path)}</code>
<span class="soft">${prose(operation.summary)}</span><span class="auth">${auth ? `${toHtml(auth)} key` : 'open'}</span></summary><div class="body">
${parameters.length > 0 ? `<h4>Parameters</h4>${tableHtml(parameters)}` : ''}${body ? `<h4>Body</h4>${fieldsHtml(body, schemas)}` : ''}${responses.join('')}</div></details>`;
}

const row = (name: string, type: string, required: boolean, description: string): string =>
  `<tr><td><code>${toHtml(name)}</code></td><td>${toHtml(type)}</td><td>${required ? 'yes' : ''}</td><td>${description}</td></tr>`;

const tableHtml = (rows: readonly string[]): string =>
  `<table><thead><tr><th>Name</th><th>Type</th><th>Required</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;

const resolve = (schema: Schema, schemas: Record<string, Schema>): Schema =>
  schema.$ref ? (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? schema) : schema;

/** One row a field; fields of objects inside are written with dots, two levels deep at most. One table for each that it can be. */
function fieldsHtml(schema: Schema, schemas: Record<string, Schema>): string {
  const { oneOf, anyOf } = resolve(schema, schemas);
  const either = oneOf ?? anyOf;
  if (either) return either.map((one) => fieldsHtml(one, schemas)).join('<p class="soft">or</p>');
  const rows: string[] = [];
  const walk = (current: Schema, prefix: string, depth: number): void => {
    const { properties = {}, required = [] } = resolve(current, schemas);
    for (const [name, field] of Object.entries(properties)) {
      const full = resolve(field, schemas);
      rows.push(
        row(
          prefix + name,
          typeOf(field, schemas),
          required.includes(name),
          [prose(field.description ?? full.description), boundsOf(full)].filter((part) => part !== '').join(' '),
        ),
      );
      const inner = full.items ? resolve(full.items, schemas) : full;
      if (inner.properties && depth < 2) walk(inner, `${prefix}${name}${full.items ? '[]' : ''}.`, depth + 1);
    }
  };
  walk(schema, '', 0);
  return rows.length > 0 ? tableHtml(rows) : '';
}

/** What a value must be beside its type, as far as it fits in a table. */
function boundsOf({ pattern, minimum, maximum, maxLength }: Schema): string {
  const range = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `${minimum ?? ''}…${maximum}` : '';
  const length = maxLength === undefined ? '' : `at most ${maxLength} characters`;
  const shape = pattern && pattern.length < 60 ? `<code>${toHtml(pattern)}</code>` : '';
  return [range, length, shape].filter((part) => part !== '').join(', ');
}

/** @param within references on the way here: JSON holds JSON, and a table cannot say so for ever */
function typeOf(schema: Schema, schemas: Record<string, Schema>, within: readonly string[] = []): string {
  const { $ref, type, items, anyOf } = schema;
  if ($ref !== undefined) {
    return within.includes($ref) ? 'any' : typeOf(resolve(schema, schemas), schemas, [...within, $ref]);
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (items) return `${typeOf(items, schemas, within)}[]`;
  if (anyOf) return [...new Set(anyOf.map((one) => typeOf(one, schemas, within)))].join(' | ');
  return Array.isArray(type) ? type.join(' | ') : ((type as string | undefined) ?? 'any');
}
