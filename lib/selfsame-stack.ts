import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Api } from './api.ts';
import type { FunctionFolders } from './bundle.ts';
import type { StageConfig } from './config.ts';
import { Data } from './data.ts';
import { Encryption } from './encryption.ts';
import { Gallery } from './gallery.ts';
import { HttpFunctions } from './http-functions.ts';
import { Inference } from './inference.ts';
import { Media } from './media.ts';
import { Operations } from './operations.ts';
import { Site } from './site.ts';
import { Sweeper } from './sweeper.ts';
import { Webhooks } from './webhooks.ts';

export interface SelfsameStackProps extends StackProps {
  readonly config: StageConfig;
  readonly folders: FunctionFolders;
}

/** The picture: which boxes there are, and which box knows which. */
export class SelfsameStack extends Stack {
  constructor(scope: Construct, id: string, props: SelfsameStackProps) {
    super(scope, id, props);
    const { config, folders } = props;

    const encryption = new Encryption(this, 'Encryption', config.stack);
    const data = new Data(this, 'Data', { config: config.stack, key: encryption.data });
    const media = new Media(this, 'Media', { config, key: encryption.data });
    const gallery = new Gallery(this, 'Gallery', { config, key: encryption.data });

    const webhooks = new Webhooks(this, 'Webhooks', { config, folders, data, secrets: encryption.secrets });
    const inference = new Inference(this, 'Inference', { config, folders, encryption, data, media, gallery, webhooks });
    const site = new Site(this, 'Site', { folders });
    const parts = { config, folders, encryption, data, media, gallery, inference, webhooks, site };
    const http = new HttpFunctions(this, 'Functions', parts);
    const sweeper = new Sweeper(this, 'Sweeper', parts);

    const api = new Api(this, 'Api', { config, functions: { ...http.functions, verdicts: inference.warmVerdicts } });

    new Operations(this, 'Operations', {
      config: config.stack,
      key: encryption.data,
      api: api.api,
      queues: { jobs: inference.jobs, deliveries: webhooks.deliveries },
      functions: {
        ...http.functions,
        verdicts: inference.verdicts,
        examine: inference.examine,
        deliver: webhooks.deliver,
        sweep: sweeper.sweep,
      },
    });
  }
}
