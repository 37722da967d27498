import { checkTags } from './attributes.ts';
import { requireObject } from './get-object.ts';
import type { Tag } from './object-index.ts';
import { receiveDocument } from './receive-body.ts';
import { type Operation, sendEmpty, sendXml } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import { childOf, childrenOf, parseXml, textOf } from './xml.ts';

/** @throws S3Error MalformedXML, InvalidTag, BadRequest */
export function readTags(source: string): readonly Tag[] {
  const set = childOf(parseXml(source), 'TagSet');
  if (!set) throw new S3Error('MalformedXML');
  return checkTags(
    childrenOf(set, 'Tag').map((tag) => {
      const key = textOf(tag, 'Key');
      const value = textOf(tag, 'Value');
      if (key === undefined || value === undefined) throw new S3Error('MalformedXML');
      return { key, value };
    }),
  );
}

export const putObjectTagging: Operation = async (context, request, response, payload) => {
  const tags = readTags(await receiveDocument(request, payload));
  context.index.putObject({ ...requireObject(context, request), tags });
  sendEmpty(response, 200);
};

export const getObjectTagging: Operation = (context, request, response) => {
  const { tags } = requireObject(context, request);
  sendXml(response, 'Tagging', { TagSet: { Tag: tags.map((tag) => ({ Key: tag.key, Value: tag.value })) } });
};

export const deleteObjectTagging: Operation = (context, request, response) => {
  context.index.putObject({ ...requireObject(context, request), tags: [] });
  sendEmpty(response, 204);
};
