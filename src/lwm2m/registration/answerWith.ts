import { encodeUtf8 } from '../../base/bytes';
import type { Code } from '../../coap/code';
import type { OutgoingResponse } from '../../coap/exchange';

/** A refusal with its diagnostic text (RFC 7252 §5.5.2). */
export const answerWith = (code: Code, diagnostic: string): OutgoingResponse => ({
  code,
  body: encodeUtf8(diagnostic),
});
