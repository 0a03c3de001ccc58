import { decodeUtf8Lenient } from '../../base/bytes';
import { Codes, isSuccess } from '../../coap/code';
import { ContentFormats } from '../../coap/contentFormat';
import type { CoapResponse } from '../../coap/exchange';
import type { DefinitionLookup } from '../../objects/definition';
import { parsePath, type LwM2mPath } from '../../objects/path';
import { decodeContent } from '../content/content';
import type { Leaf } from '../content/leaf';
import { parseLinks } from '../content/linkFormat';
import type { Answer, DiscoveredLink } from '../server';

const MAX_DIAGNOSTIC = 300;
const MAX_PROBLEMS = 20;

/** What an answer is read by. */
export interface AnswerContext {
  readonly endpointName: string;
  readonly path: LwM2mPath;
  readonly rootPath: readonly string[];
  readonly definitions: DefinitionLookup;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The values of a payload, with what could not be read of it as sentences. */
export function readValues(
  format: number | undefined,
  base: LwM2mPath,
  payload: Uint8Array,
  { definitions, now }: Pick<AnswerContext, 'definitions' | 'now'>,
): { readonly values: readonly Leaf[]; readonly problems: readonly string[] } {
  const content = decodeContent(format, base, payload, definitions, now / 1000);
  const found = content.ok ? content.value.problems : [content.problem];
  return {
    values: content.ok ? content.value.leaves : [],
    problems: found.slice(0, MAX_PROBLEMS).map(({ message, offset }) => `${message} (byte ${offset})`),
  };
}

/** An answer with its values, links or diagnostic. `base`: what relative names in the payload start from. */
export function answerOf(response: CoapResponse, context: AnswerContext, base = context.path): Answer {
  const { code, contentFormat, body } = response;
  const answer: { -readonly [K in keyof Answer]: Answer[K] } = {
    endpointName: context.endpointName,
    path: context.path,
    code,
    payload: body,
    values: [],
    problems: [],
  };
  if (contentFormat !== undefined) answer.contentFormat = contentFormat;
  if (!isSuccess(code)) {
    const text = diagnosticOf(body);
    if (text !== '') answer.diagnostic = text;
    return answer;
  }
  if (code === Codes.CREATED) {
    // a client tells the place only of an instance it named itself
    const asked = context.path.instanceId === undefined ? undefined : context.path;
    const location = locationOf(response.locationPath, context.rootPath) ?? asked;
    if (location) answer.location = location;
    return answer;
  }
  if (code !== Codes.CONTENT) return answer;
  if (contentFormat === ContentFormats.LINK) return Object.assign(answer, readLinks(body, context.rootPath));
  const { values, problems } = readValues(contentFormat, base, body, context);
  answer.values = values;
  answer.problems = problems;
  return answer;
}

/** The links of a Discover answer, below the client's root. */
export function readLinks(
  body: Uint8Array,
  rootPath: readonly string[],
): Pick<Answer, 'values' | 'links' | 'problems'> {
  const parsed = parseLinks(body);
  if (!parsed.ok) {
    const { message, offset } = parsed.problem;
    return { values: [], links: [], problems: [`${message} (character ${offset})`] };
  }
  const links: DiscoveredLink[] = [];
  const problems: string[] = [];
  for (const { target, attributes } of parsed.value) {
    const path = parsePath(withoutRoot(target, rootPath));
    if (path.ok) links.push({ path: path.value, attributes });
    else if (problems.length < MAX_PROBLEMS) problems.push(path.problem.message);
  }
  return { values: [], links, problems };
}

function withoutRoot(target: string, rootPath: readonly string[]): string {
  const prefix = rootPath.map((segment) => `/${segment}`).join('');
  if (prefix === '' || !target.startsWith(prefix)) return target;
  return target.slice(prefix.length) || '/';
}

function locationOf(
  segments: readonly string[] | undefined,
  rootPath: readonly string[],
): LwM2mPath | undefined {
  if (!segments || segments.length === 0) return undefined;
  const path = parsePath(withoutRoot(`/${segments.join('/')}`, rootPath));
  return path.ok && path.value.instanceId !== undefined ? path.value : undefined;
}

/** Diagnostic text: bounded, on one line, without what could fool a terminal. */
function diagnosticOf(body: Uint8Array): string {
  return decodeUtf8Lenient(body.subarray(0, MAX_DIAGNOSTIC))
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .trim();
}
