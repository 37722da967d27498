import { describe, expect, test } from 'vitest';
import { createOpenApi } from '../../lambdas/handlers/openapi.ts';
import { docsPage } from '../../lambdas/http/docs-page.ts';

const { html } = docsPage(createOpenApi());

describe('C-09 the readable page', () => {
  test('C-09 K-01 shows the fields of each body that a shared path takes, one after the other', () => {
    const shared = /<code>\/v1\/verify<\/code>.*?<\/details>/s.exec(html)?.[0] ?? '';
    for (const field of ['user_id', 'frames', 'document_type', 'document_data', 'webhook_url'])
      expect(shared).toContain(`<code>${field}</code>`);
    expect(shared).toContain('<p class="soft">or</p>');
  });

  test('C-09 shows every operation once', () => {
    const paths = Object.values(createOpenApi().paths ?? {}).flatMap((methods) => Object.keys(methods as object));
    expect(html.match(/<details>/g)).toHaveLength(paths.length);
  });
});
