import { parseSync } from 'oxc-parser';

/** What a file asks for: the text between the quotes, or `computed` where it is not written out. */
export interface Import {
  readonly specifier: string;
  readonly computed: boolean;
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The literal behind a `source`, also where it is a template without values. */
function written(source: Node): string | undefined {
  if (source.type === 'Literal' && typeof source.value === 'string') return source.value;
  if (source.type !== 'TemplateLiteral' || (source.quasis as readonly Node[]).length !== 1) return undefined;
  const [part] = source.quasis as readonly { readonly value: { readonly cooked: string } }[];
  return part?.value.cooked;
}

/** The node that names a module, in each way there is: static, type-only, re-export, dynamic, `import('x').T`, `require('x')`. */
function sourceOf(node: Node): Node | undefined {
  if (node.type === 'CallExpression') {
    const { callee, arguments: given } = node as { callee: Node; arguments: readonly Node[] };
    return callee.type === 'Identifier' && callee.name === 'require' ? given[0] : undefined;
  }
  return isNode(node.source) ? node.source : undefined;
}

/**
 * Every import of a TypeScript file, read from its syntax tree: comments and strings that look like imports are none.
 * @throws on a syntax error.
 */
export function importsOf(file: string, text: string): Import[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]?.message}`);
  const found: Import[] = [];
  const visit = (value: unknown): void => {
    if (!isNode(value)) return;
    const source = Array.isArray(value) ? undefined : sourceOf(value);
    if (source) {
      const specifier = written(source);
      found.push({ specifier: specifier ?? '', computed: specifier === undefined });
    }
    for (const child of Object.values(value)) visit(child);
  };
  visit(program);
  return found;
}
