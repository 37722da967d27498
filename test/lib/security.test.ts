import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { beforeAll, describe, expect, it, vi } from 'vitest';
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

  describe('where something is planted', () => {
    let found: string;
    beforeAll(async () => {
      const { app, stack } = await appOf('dev');
      new Bucket(stack, 'PlantedBucket');
      const role = new Role(stack, 'PlantedRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
      found = complaints(app);
    });

    it('find a bucket that is neither closed nor logged', () => {
      expect(found).toMatch(/ValidationFailed[\s\S]*AwsSolutions-S1\b[\s\S]*AwsSolutions-S10/);
    });

    it('find a permission on everything, also next to those that were accepted', () => {
      expect(found).toMatch(/AwsSolutions-IAM5\[Action::s3:\*\][\s\S]*AwsSolutions-IAM5\[Resource::\*\]/);
    });
  });
});

const linter = spawnSync('cfn-lint', ['--version']).status === 0;

describe.skipIf(!linter)(`cfn-lint${linter ? '' : ' (skipped: not installed)'}`, () => {
  let sound: string[];
  let planted: string[];
  beforeAll(async () => {
    const [whole, broken] = [await appOf('prod', { faceEngine: 'rekognition' }), await appOf('prod')];
    new CfnLogGroup(broken.stack, 'Planted', { retentionInDays: 2 });
    const files = [whole, broken].map(({ app, outdir }) => {
      app.synth();
      return join(outdir, 'Selfsame-prod.template.json');
    });
    // One start for both: it takes the linter seconds to read its rules.
    const { status, stdout } = spawnSync('cfn-lint', ['--format', 'parseable', ...files], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    const errors = stdout.split('\n').filter((line) => /:E\d+:/.test(line));
    [sound = [], planted = []] = files.map((file) => errors.filter((line) => line.startsWith(file)));
  });

  it('reports no error', () => {
    expect(sound).toEqual([]);
  });

  it('reports what the CDK would let pass: a retention that CloudWatch does not know', () => {
    expect(planted).toEqual([expect.stringMatching(/2 is not one of/)]);
  });
});
