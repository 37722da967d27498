/** One function as the small cloud runs it. */
export interface FunctionSpec {
  readonly name: string;
  readonly arn: string;
  /** Whether the template packs it as a container image; such functions are heavier and get fewer processes. */
  readonly image: boolean;
  /** Absolute path of the unpacked code: working directory and `LAMBDA_TASK_ROOT`. */
  readonly taskRoot: string;
  /** As the template writes it: `file.export`. */
  readonly handler: string;
  /** Absolute path of the file that exports the handler. */
  readonly handlerFile: string;
  /** `handler`, or a dotted path. */
  readonly exportPath: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The template's reserved concurrency; 0 means that the function may not run. */
  readonly reservedConcurrency?: number;
  /** Folder that stands for `/opt`, where the function has layers. */
  readonly layersRoot?: string;
}

/** What all functions of a cloud share. */
export interface FunctionHost {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Address of the AWS endpoint. */
  readonly endpoint: () => string;
  /** Folder where Node keeps compiled code between starts. */
  readonly compileCache?: string;
  /** Variables that every function gets; they win over the template's. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * The variables of one function process: what Lambda gives, what the template gives, and three things Lambda has no
 * need of: `AWS_ENDPOINT_URL` (all SDK clients go to the small cloud; S3 uses path style by itself, since the host is
 * an IP address), `LAMBDA_LAYERS_ROOT` (stands for `/opt`, which cannot be mounted; absent on AWS) and switches that
 * keep the SDK away from the machine's own AWS profile. Nothing else of the host's environment passes.
 */
export function functionEnvironment(spec: FunctionSpec, host: FunctionHost): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    ...(process.env.TMPDIR && { TMPDIR: process.env.TMPDIR }),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: host.region,
    AWS_DEFAULT_REGION: host.region,
    AWS_ACCESS_KEY_ID: host.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: host.credentials.secretAccessKey,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: spec.taskRoot,
    _HANDLER: spec.handler,
    ...spec.environment,
    AWS_ENDPOINT_URL: host.endpoint(),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(spec.layersRoot && { LAMBDA_LAYERS_ROOT: spec.layersRoot }),
    ...(host.compileCache && { NODE_COMPILE_CACHE: host.compileCache }),
    ...host.environment,
  };
}
