import { expect, test } from 'vitest';
import { readDockerFile } from '../../../local/lambda/docker-file.ts';

test('reads what the last stage of a Dockerfile runs', () => {
  const settings = readDockerFile(
    `# comment
ARG NODE=24
FROM node:24 AS build
ENV LEFT=behind
COPY src ./src
RUN npm run build \\
  && echo done

FROM public.ecr.aws/lambda/nodejs:24
ARG LEVEL=info
ENV A=1 B="two words" LOG=\${LEVEL}
ENV OLD three words
COPY --chown=1:1 models \${LAMBDA_TASK_ROOT}/models
COPY --from=build /out/index.mjs ./
COPY ["index.mjs", "./"]
COPY fonts /usr/share/fonts
WORKDIR /var/task/app
COPY main.mjs other.mjs ./
CMD ["app/main.handler"]
`,
    { LEVEL: 'debug' },
  );
  expect(settings).toEqual({
    command: ['app/main.handler'],
    environment: { A: '1', B: 'two words', LOG: 'debug', OLD: 'three words' },
    copies: [
      { source: 'models', destination: 'models' },
      { source: 'index.mjs', destination: '.' },
      { source: 'main.mjs', destination: 'app' },
      { source: 'other.mjs', destination: 'app' },
    ],
  });
});

test('takes the shell form of CMD', () => {
  expect(readDockerFile('FROM x\nCMD index.handler').command).toEqual(['index.handler']);
});
