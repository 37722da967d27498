import { existsSync, symlinkSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { bundleFunctions, type FunctionFolders } from './bundle.ts';
import type { StageConfig } from './config.ts';
import type { BundleSource } from './project-source.ts';
import { SelfsameStack } from './selfsame-stack.ts';

const projectRoot = resolve(import.meta.dirname, '..');

/**
 * Props of the app wherever it is synthesized. The feature flags are those that `cdk init` writes into cdk.json; they stand here
 * so that a run without the CLI makes the same template.
 */
export const appProps: AppProps = { analyticsReporting: false, treeMetadata: false, context: featureFlags };

const stackName = (config: StageConfig): string => `${config.stack.name}-${config.stage}`;

/** Puts the one stack into the app. */
export function addStack(app: App, config: StageConfig, folders: FunctionFolders): SelfsameStack {
  return new SelfsameStack(app, stackName(config), {
    config,
    folders,
    description: 'Selfsame: identity verification in your own account',
    terminationProtection: config.stack.removal === 'retain',
  });
}

export interface Synthesis {
  /** The assembly has `<stackName>.template.json` and `<stackName>.assets.json`. */
  readonly stackName: string;
  /** Absolute. Asset paths in `<stackName>.assets.json` are relative to it. */
  readonly directory: string;
}

/**
 * Bundles the functions and writes the cloud assembly to `outdir`, for a run on this machine. Needs no network, no Docker and no
 * AWS account. Image functions find their native packages in this project's `node_modules`, wherever `outdir` is.
 */
export async function synthesize(config: StageConfig, outdir: string, source: BundleSource): Promise<Synthesis> {
  const directory = resolve(outdir);
  const folders = await bundleFunctions(source, join(directory, 'bundles'));
  // The CDK's own linter takes two seconds; `npm run synth` and the tests run it.
  const app = new App({ ...appProps, outdir: directory, builtinCloudFormationValidation: false });
  addStack(app, config, folders);
  app.synth();
  const link = join(directory, 'node_modules');
  if (relative(projectRoot, directory).startsWith('..') && !existsSync(link)) {
    symlinkSync(join(projectRoot, 'node_modules'), link, 'junction');
  }
  return { stackName: stackName(config), directory };
}
