import { Codes, isSuccess, type Code } from '../coap/code';

/** What an answer's code means to who doesn't speak CoAP: values came, it was done, the path isn't there, or it was refused. */
export type Outcome = 'content' | 'done' | 'notFound' | 'refused';

/** The outcome that a response code tells. */
export function outcomeOf(code: Code): Outcome {
  if (code === Codes.CONTENT) return 'content';
  if (isSuccess(code)) return 'done';
  return code === Codes.NOT_FOUND ? 'notFound' : 'refused';
}
