import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import { bundleFunctions, type FunctionFolders, imageNames, zipNames } from '../../lib/bundle.ts';
import { parseConfig, type Stage } from '../../lib/config.ts';
import { type BundleSource, projectSource } from '../../lib/project-source.ts';
import { addStack, appProps } from '../../lib/synthesize.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'selfsame-'));

/** A folder that is gone after the test file. */
export function temporaryFolder(): string {
  const folder = newFolder();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The project's Dockerfile and lock file with empty handlers: a template does not depend on what is in a function. */
export function emptySource(handlers = temporaryFolder()): BundleSource {
  for (const name of [...zipNames, ...imageNames]) {
    writeFileSync(join(handlers, `${name}.ts`), `export const handler = () => '${name}';\n`);
  }
  return { ...projectSource([]), handlers };
}

let bundles: Promise<FunctionFolders> | undefined;
/** One bundle for all apps of this process. */
function emptyBundles(): Promise<FunctionFolders> {
  bundles ??= bundleFunctions(emptySource(newFolder()), newFolder());
  return bundles;
}

/** An app with the stack in it, not yet synthesized. `linted` runs the CDK's CloudFormation rules on synthesis, for 2 s. */
export async function appOf(stage: Stage, overrides: Record<string, string> = {}, linted = false) {
  const outdir = temporaryFolder();
  const app = new App({ ...appProps, outdir, builtinCloudFormationValidation: linted });
  return { app, outdir, stack: addStack(app, parseConfig(stage, overrides), await emptyBundles()) };
}

export async function templateOf(stage: Stage, overrides?: Record<string, string>): Promise<Template> {
  return Template.fromStack((await appOf(stage, overrides)).stack);
}

/** Properties of all resources of a type, by logical id. */
export const propertiesOf = (template: Template, type: string): Record<string, Record<string, unknown>> =>
  Object.fromEntries(Object.entries(template.findResources(type)).map(([id, resource]) => [id, resource.Properties]));
