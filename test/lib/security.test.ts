import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it, vi } from 'vitest';
import { checkSecurity } from '../../lib/security.ts';
import { appOf } from './synthesized.ts';

/** Synthesizes under cdk-nag and the CDK's own CloudFormation rules; returns what was complained about. */
function complaints(app: Awaited<ReturnType<typeof appOf>>['app']): string {
  const printed: string[] = [];
  const spies = [
    vi.spyOn(console, 'error').mockImplementation((...parts) => void printed.push(parts.join(' '))),
    vi.spyOn(console, 'log').mockImplementation((...parts) => void printed.push(parts.join(' '))),
    vi.spyOn(process.stderr, 'write').mockImplementation((part) => printed.push(String(part)) > 0),
  ];
  try {
    checkSecurity(app);
    app.synth();
    return printed.join('\n');
  } catch (error) {
    return `${String(error)}\n${printed.join('\n')}`;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('cdk-nag AwsSolutions and the rules of CloudFormation', () => {
  it('find nothing in dev', async () => {
    expect(complaints((await appOf('dev', {}, true)).app)).toBe('');
  });

  it('find nothing in prod with every option that adds a resource or a permission', async () => {
    const overrides = { faceEngine: 'rekognition', 'stack.alarms.email': 'ops@example.com' };
    expect(complaints((await appOf('prod', overrides, true)).app)).toBe('');
  });

  it('find a bucket that is neither closed nor logged', async () => {
    const { app, stack } = await appOf('dev');
    new Bucket(stack, 'Planted');
    expect(complaints(app)).toMatch(/ValidationFailed[\s\S]*AwsSolutions-S1[\s\S]*AwsSolutions-S10/);
  });

  it('find a permission on everything, also next to those that were accepted', async () => {
    const { app, stack } = await appOf('dev');
    const role = new Role(stack, 'Planted', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
    expect(complaints(app)).toMatch(/AwsSolutions-IAM5\[Action::s3:\*\][\s\S]*AwsSolutions-IAM5\[Resource::\*\]/);
  });
});

const linter = spawnSync('cfn-lint', ['--version']).status === 0;

describe.skipIf(!linter)(`cfn-lint${linter ? '' : ' (skipped: not installed)'}`, () => {
  const lint = (directory: string) =>
    spawnSync('cfn-lint', ['--non-zero-exit-code', 'error', join(directory, 'Selfsame-prod.template.json')], {
      encoding: 'utf8',
    });

  it('reports no error', async () => {
    const { app, outdir } = await appOf('prod', { faceEngine: 'rekognition' });
    app.synth();
    const { status, stdout } = lint(outdir);
    expect(stdout.split('\n').filter((line) => line.startsWith('E'))).toEqual([]);
    expect(status).toBe(0);
  });

  it('reports what the CDK would let pass: a retention that CloudWatch does not know', async () => {
    const { app, outdir, stack } = await appOf('prod');
    new CfnLogGroup(stack, 'Planted', { retentionInDays: 2 });
    app.synth();
    expect(lint(outdir).stdout).toMatch(/^E\d+ .*2 is not one of/m);
  });
});
