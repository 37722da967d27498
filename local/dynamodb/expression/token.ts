import { validation } from '../error.ts';

type TokenKind = 'name' | 'value' | 'word' | 'index' | 'symbol' | 'end';
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /[ \t\r\n]*(?:(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|([A-Za-z_][A-Za-z0-9_]*)|(\d+)|(<>|<=|>=|[=<>()[\].,+-]))/y;
const KINDS = ['name', 'value', 'word', 'index', 'symbol'] as const;
/** Bytes that DynamoDB takes as one expression. */
const MAX_LENGTH = 4096;

/** A position in an expression's tokens. `label` is the request's parameter, for messages. */
export class Cursor {
  readonly label: string;
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(source: string, label: string) {
    this.label = label;
    this.#source = source;
    if (source.trim() === '') this.fail('The expression can not be empty;');
    if (Buffer.byteLength(source) > MAX_LENGTH) {
      this.fail('Expression size has exceeded the maximum allowed size;');
    }
    this.#tokens = this.#scan();
  }

  #scan(): readonly Token[] {
    const tokens: Token[] = [];
    const end = this.#source.trimEnd().length;
    TOKEN.lastIndex = 0;
    for (let at = 0; at < end; at = TOKEN.lastIndex) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(this.#source);
      if (!match) {
        this.#unreadable(at, tokens.at(-1));
      }
      const which = match.findIndex((group, index) => index > 0 && group !== undefined);
      const text = match[which] ?? '';
      tokens.push({ kind: KINDS[which - 1] ?? 'end', text, at: TOKEN.lastIndex - text.length });
    }
    return tokens;
  }

  /** Shows a character that begins no token, between its neighbours. */
  #unreadable(after: number, previous: Token | undefined): never {
    const at = after + (this.#source.slice(after).length - this.#source.slice(after).trimStart().length);
    TOKEN.lastIndex = at + 1;
    const end = TOKEN.test(this.#source) ? TOKEN.lastIndex : at + 1;
    const near = this.#source.slice(previous?.at ?? at, end);
    this.fail(`Syntax error; token: "${this.#source[at]}", near: "${near}"`);
  }

  fail(message: string): never {
    throw validation(`Invalid ${this.label}: ${message}`);
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#position + ahead] ?? { kind: 'end', text: '<EOF>', at: this.#source.length };
  }

  next(): Token {
    const token = this.peek();
    this.#position++;
    return token;
  }

  /** Refuses the coming token. */
  unexpected(): never {
    const { text } = this.peek();
    const from = this.peek(-1).kind === 'end' ? this.peek().at : this.peek(-1).at;
    const to = this.peek(1).at + (this.peek(1).kind === 'end' ? 0 : this.peek(1).text.length);
    this.fail(`Syntax error; token: "${text}", near: "${this.#source.slice(from, to)}"`);
  }

  /** Passes a symbol, or a keyword in any case, if it comes next. */
  accept(text: string): boolean {
    const token = this.peek();
    const matches =
      token.kind === 'symbol' ? token.text === text : token.kind === 'word' && token.text.toUpperCase() === text;
    if (matches) this.#position++;
    return matches;
  }

  expect(text: string): void {
    if (!this.accept(text)) this.unexpected();
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') this.unexpected();
  }
}
