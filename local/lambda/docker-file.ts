/** What the last stage of a Dockerfile says about running its image. */
export interface ImageSettings {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Source (relative to the build context) → destination (relative to the working directory), as `COPY` names them. */
  readonly copies: readonly { readonly source: string; readonly destination: string }[];
}

const taskRoot = '/var/task';

function logicalLines(text: string): string[] {
  return text
    .replace(/^\s*#.*\r?\n/gm, '')
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** `A=1 B="two words"`, or the old form `A one value`. */
function assignments(text: string): [string, string][] {
  if (!/^\w+=/.test(text)) {
    const [, name = '', value = ''] = /^(\w+)\s+(.*)$/.exec(text) ?? [];
    return name ? [[name, value]] : [];
  }
  return [...text.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)].map(([, name = '', value = '']) => [
    name,
    value.replace(/^(["'])(.*)\1$/s, '$2').replace(/\\(.)/g, '$1'),
  ]);
}

/** `["a", "b"]`, or the shell form `a b`. */
function words(text: string): string[] {
  if (!text.startsWith('[')) return text.split(/\s+/);
  const parsed: unknown = JSON.parse(text);
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

function withinTaskRoot(path: string, workingDirectory: string): string | undefined {
  const absolute = path.startsWith('/') ? path : `${workingDirectory}/${path}`;
  const clean = absolute.replace(/\/\.?(?=\/|$)/g, '').replace(/\/+/g, '/');
  return clean === taskRoot ? '.' : clean.startsWith(`${taskRoot}/`) ? clean.slice(taskRoot.length + 1) : undefined;
}

/**
 * Reads ENV, COPY (from the build context), WORKDIR and CMD of a Dockerfile's last stage. What RUN would do cannot be
 * known here: an image runs locally only where its handler lies in the build context.
 */
export function readDockerFile(text: string, buildArgs: Readonly<Record<string, string>> = {}): ImageSettings {
  let variables: Record<string, string> = { LAMBDA_TASK_ROOT: taskRoot, ...buildArgs };
  let environment: Record<string, string> = {};
  let copies: { source: string; destination: string }[] = [];
  let command: string[] = [];
  let workingDirectory = taskRoot;
  const expand = (value: string): string =>
    value.replace(
      /\$\{(\w+)(?::-([^}]*))?\}|\$(\w+)/g,
      (_, braced: string, fallback: string | undefined, bare: string) => {
        return variables[braced ?? bare] ?? fallback ?? '';
      },
    );
  for (const line of logicalLines(text)) {
    const [, instruction = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(line) ?? [];
    switch (instruction.toUpperCase()) {
      case 'FROM':
        variables = { LAMBDA_TASK_ROOT: taskRoot, ...buildArgs };
        [environment, copies, command, workingDirectory] = [{}, [], [], taskRoot];
        break;
      case 'ARG':
        for (const [name, value] of assignments(rest)) variables[name] ??= expand(value);
        break;
      case 'ENV':
        for (const [name, value] of assignments(rest)) variables[name] = environment[name] = expand(value);
        break;
      case 'WORKDIR':
        workingDirectory = expand(rest);
        break;
      case 'COPY': {
        const parts = words(expand(rest)).filter((part) => !part.startsWith('--'));
        const target = withinTaskRoot(parts.pop() ?? '', workingDirectory);
        if (target !== undefined && !/(^|\s)--from=/.test(rest))
          for (const source of parts) copies.push({ source, destination: target });
        break;
      }
      case 'CMD':
        command = words(expand(rest));
        break;
    }
  }
  return { command, environment, copies };
}
