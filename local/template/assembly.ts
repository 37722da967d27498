import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const stackSchema = z.object({ templateFile: z.string(), stackName: z.string().optional() });
const destinations = z.record(
  z.string(),
  z.object({ objectKey: z.string().optional(), imageTag: z.string().optional() }),
);
const assetsSchema = z.object({
  files: z
    .record(z.string(), z.object({ source: z.object({ path: z.string().optional() }), destinations }))
    .default({}),
  dockerImages: z
    .record(
      z.string(),
      z.object({
        source: z.object({
          directory: z.string().optional(),
          dockerFile: z.string().optional(),
          dockerBuildArgs: z.record(z.string(), z.string()).optional(),
        }),
        destinations,
      }),
    )
    .default({}),
});
const templateSchema = z.object({
  Resources: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Properties: z.record(z.string(), z.unknown()).optional(),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
});

/** A CloudFormation template as the CDK writes it; values may still hold intrinsic functions. */
export type TemplateFile = z.infer<typeof templateSchema>;

/** A directory with a Dockerfile, as an image asset holds it. Paths are absolute. */
interface ImageAsset {
  readonly directory: string;
  readonly dockerFile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

export interface Assembly {
  readonly directory: string;
  readonly stacks: readonly { readonly name: string; readonly template: TemplateFile }[];
  /** S3 object key of a file asset → absolute path of its directory or file. */
  readonly files: ReadonlyMap<string, string>;
  /** Tag of an image asset → its build context. */
  readonly images: ReadonlyMap<string, ImageAsset>;
}

function readJson<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`The cloud assembly lacks ${path}.`, { cause: error });
  }
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${path} is not what the CDK writes: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * Reads a CDK cloud assembly (the folder that `cdk synth` writes): all its stacks and their assets.
 * @throws Error when the folder is no assembly, or holds stages (nested assemblies), which are not supported.
 */
export function readAssembly(directory: string): Assembly {
  if (!existsSync(join(directory, 'manifest.json'))) throw new Error(`${directory} is no CDK cloud assembly.`);
  const { artifacts } = readJson(join(directory, 'manifest.json'), manifestSchema);
  const stacks: { name: string; template: TemplateFile }[] = [];
  const files = new Map<string, string>();
  const images = new Map<string, ImageAsset>();
  const absolute = (path: string): string => (isAbsolute(path) ? path : join(directory, path));

  for (const [id, artifact] of Object.entries(artifacts)) {
    if (artifact.type === 'cdk:cloud-assembly') throw new Error(`Stages are not supported: "${id}" is one.`);
    if (artifact.type === 'aws:cloudformation:stack') {
      const { templateFile, stackName } = stackSchema.parse(artifact.properties);
      stacks.push({ name: stackName ?? id, template: readJson(join(directory, templateFile), templateSchema) });
    }
    if (artifact.type === 'cdk:asset-manifest') {
      const manifest = readJson(join(directory, z.string().parse(artifact.properties?.file)), assetsSchema);
      for (const { source, destinations } of Object.values(manifest.files))
        for (const { objectKey } of Object.values(destinations))
          if (objectKey && source.path) files.set(objectKey, absolute(source.path));
      for (const { source, destinations } of Object.values(manifest.dockerImages))
        for (const { imageTag } of Object.values(destinations))
          if (imageTag && source.directory) {
            const context = absolute(source.directory);
            const dockerFile = join(context, source.dockerFile ?? 'Dockerfile');
            images.set(imageTag, { directory: context, dockerFile, buildArgs: source.dockerBuildArgs ?? {} });
          }
    }
  }
  return { directory, stacks, files, images };
}
