import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  DockerImageCode,
  DockerImageFunction,
  type ILayerVersion,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { FunctionFolders, ImageName, ZipName } from './bundle.ts';
import type { StageConfig } from './config.ts';
import type { Environment } from './environment.ts';

export interface FunctionProps {
  readonly config: StageConfig;
  readonly folders: FunctionFolders;
  /** Besides `SETTINGS`, which every function gets. */
  readonly environment: Partial<Omit<Environment, 'SETTINGS'>>;
  readonly access: readonly PolicyStatement[];
  /** Of zip functions: their files lie under `/opt`. */
  readonly layers?: readonly ILayerVersion[];
}

/** The one factory of functions: runtime, architecture, size, logs, tracing, and a role that may do what `access` says. */
export function nodeFunction(
  scope: Construct,
  id: string,
  name: ZipName | ImageName,
  props: FunctionProps,
): LambdaFunction {
  const { config, folders } = props;
  const { memoryMb, timeoutSeconds } = config.stack.functions[name];
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: config.stack.logs.functionDays,
    // Logs carry ids and codes only; nothing in them needs to outlive the stack.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  for (const statement of props.access) role.addToPolicy(statement);
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    'X-Ray (and Rekognition, where chosen) know no resources to name.',
  );

  const common = {
    architecture: Architecture.ARM_64,
    memorySize: memoryMb,
    timeout: Duration.seconds(timeoutSeconds),
    environment: { SETTINGS: JSON.stringify(config.settings), ...props.environment },
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    description: `Selfsame: ${name}`,
  };
  if (name === 'verdicts' || name === 'examine') {
    return new DockerImageFunction(scope, id, {
      ...common,
      code: DockerImageCode.fromImageAsset(folders.image, {
        cmd: [`handlers/${name}.handler`],
        platform: Platform.LINUX_ARM64,
      }),
    });
  }
  return new LambdaFunction(scope, id, {
    ...common,
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(folders.zip[name]),
    ...(props.layers && { layers: [...props.layers] }),
  });
}
