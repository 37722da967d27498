/**
 * Stands in for `npm` while a Dockerfile is rehearsed without network: `npm ci` puts in place what `package-lock.json` names, taken
 * from the host's own `node_modules` (`HOST_MODULES`), which `npm ci` has checked against the same hashes.
 */
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  readonly version: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    // A nested node_modules has entries of its own in the lock file.
    if (entry.isDirectory()) entry.name === 'node_modules' || linkTree(source, target);
    else {
      try {
        linkSync(source, target);
      } catch {
        copyFileSync(source, target);
      }
    }
  }
}

function install(): void {
  for (const flag of ['--omit=dev', '--ignore-scripts']) {
    if (!process.argv.includes(flag)) throw new Error(`npm ci without ${flag}`);
  }
  const host = process.env.HOST_MODULES ?? '';
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Entry> };
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  for (const [name, version] of Object.entries(dependencies)) {
    if (packages[`node_modules/${name}`]?.version !== version)
      throw new Error(`the lock file does not have ${name} ${version}`);
  }
  for (const [path, entry] of Object.entries(packages)) {
    const fits = (entry.os?.includes(process.platform) ?? true) && (entry.cpu?.includes(process.arch) ?? true);
    if (path === '' || !fits) continue;
    const source = join(host, '..', path);
    if (!existsSync(source)) {
      if (entry.optional) continue;
      throw new Error(`the host has no ${path}`);
    }
    const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Entry;
    if (version !== entry.version) throw new Error(`the host has ${path} ${version}, the lock file ${entry.version}`);
    linkTree(source, path);
  }
}

const [, , command] = process.argv;
if (command === 'ci') install();
else throw new Error(`npm ${command} is not rehearsed`);
