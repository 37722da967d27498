import { Code, type ILayerVersion, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FunctionFolders } from './bundle.ts';

/** The pages for browsers, as a layer: functions that serve them find them under `/opt/site`. */
export class Site extends Construct {
  readonly layer: ILayerVersion;

  constructor(scope: Construct, id: string, props: { readonly folders: FunctionFolders }) {
    super(scope, id);
    const layer = new LayerVersion(this, 'Layer', {
      code: Code.fromAsset(props.folders.site),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      description: 'Selfsame: hosted page and console',
    });
    // The CDK's own types do not fit each other where absent and undefined are told apart.
    this.layer = layer as ILayerVersion;
  }
}
