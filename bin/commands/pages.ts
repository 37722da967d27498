import type { Command } from 'commander';

export interface PageOptions {
  readonly cursor?: string;
  readonly all?: true;
}

export const paged = (command: Command): Command =>
  command.option('--cursor <cursor>', 'go on where the page before ended').option('--all', 'every page, not one');

/** Reads the page asked for, or with `all` every page as one. `name` is that of the reply's list. */
export async function readPages<
  Name extends string,
  Page extends { readonly [N in Name]: readonly unknown[] } & { readonly cursor?: string | undefined },
>({ cursor, all }: PageOptions, name: Name, read: (cursor: string | undefined) => Promise<Page>): Promise<Page> {
  let page = await read(cursor);
  const items = [...page[name]];
  while (all && page.cursor !== undefined) {
    page = await read(page.cursor);
    items.push(...page[name]);
  }
  return { ...page, [name]: items };
}

/** What people are told below a table that does not end here. */
export const more = (cursor: string | undefined): string =>
  cursor === undefined ? '' : `\n\nMore: --cursor ${cursor}`;
