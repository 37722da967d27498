import { readFileSync } from 'node:fs';
import * as z from 'zod';

const packageSchema = z.looseObject({
  version: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lockSchema = z.object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), packageSchema) });

type Packages = z.infer<typeof lockSchema>['packages'];

/** Where Node would find `name` when the package at `from` asks for it: nearest `node_modules`, outwards. */
function locate(packages: Packages, from: string, name: string): string | undefined {
  let folder = from;
  for (;;) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path]) return path;
    if (folder === '') return undefined;
    const above = folder.lastIndexOf('/node_modules/');
    folder = above === -1 ? '' : folder.slice(0, above);
  }
}

/**
 * `package.json` and `package-lock.json` that install `names` and what they need, each at the version and with the integrity hash
 * of `lockfile`: what runs in the image is what was tested here.
 * @param without what others may use and can do without
 * @throws if the lock file is not version 3 or does not have one of the packages.
 */
export function imagePackages(
  lockfile: string,
  names: readonly string[],
  without: readonly string[] = [],
): { manifest: string; lock: string } {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(lockfile, 'utf8')));
  const wanted: Record<string, unknown> = {};
  const visit = (from: string, name: string, optional: boolean): string | undefined => {
    const path = locate(packages, from, name);
    const entry = path === undefined ? undefined : packages[path];
    if (path === undefined || entry === undefined) {
      if (optional) return undefined;
      throw new Error(`${lockfile} has no ${name}${from && `, which ${from} needs`}`);
    }
    if (!(path in wanted)) {
      const { dev: _dev, ...kept } = entry;
      const optionals = Object.entries(entry.optionalDependencies ?? {}).filter(([other]) => !without.includes(other));
      wanted[path] = {
        ...kept,
        ...(entry.optionalDependencies && { optionalDependencies: Object.fromEntries(optionals) }),
      };
      for (const dependency of Object.keys(entry.dependencies ?? {})) visit(path, dependency, false);
      for (const [dependency] of optionals) visit(path, dependency, true);
    }
    return entry.version;
  };
  const dependencies = Object.fromEntries(names.map((name) => [name, visit('', name, false) ?? '']));
  const root = { name: 'selfsame-image', version: '0.0.0', private: true, dependencies };
  const sorted = Object.fromEntries(Object.entries(wanted).sort(([a], [b]) => (a < b ? -1 : 1)));
  const lock = {
    name: root.name,
    version: root.version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': root, ...sorted },
  };
  return { manifest: `${JSON.stringify(root, null, 2)}\n`, lock: `${JSON.stringify(lock, null, 2)}\n` };
}
