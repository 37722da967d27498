import { readBase64 } from '../base64.ts';

/** M-06: a data URI may say what it holds in any way that names a picture or a PDF; what it is, its bytes tell. */
const types = /^(?:image\/[\w.+-]+|application\/(?:pdf|octet-stream))?;base64$/i;

/** A document in base64, bare or as a data URI → its bytes, absent where it is neither. */
export function readDocumentData(text: string): { readonly bytes?: Uint8Array; readonly characters: number } {
  const { type, bytes } = readBase64(text);
  // RFC 4648, 3.3: letters of another alphabet (that for URLs has `-` and `_`) are refused, not guessed at.
  const foreign =
    (type !== undefined && !types.test(type)) || /[-_]/.test(type === undefined ? text : text.slice(text.indexOf(',')));
  return { ...(bytes && !foreign && { bytes }), characters: text.length };
}
