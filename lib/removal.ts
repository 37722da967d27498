import { RemovalPolicy } from 'aws-cdk-lib';
import type { StackConfig } from './config.ts';

/** What happens to a table, bucket or key that leaves the stack. */
export const removalPolicy = (config: StackConfig): RemovalPolicy =>
  config.removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
