import { Codes, type Code } from '../../coap/code';
import { ContentFormats } from '../../coap/contentFormat';
import { resourceDefinition, type DefinitionLookup } from '../../objects/definition';
import type { LwM2mPath } from '../../objects/path';
import type { Leaf } from '../content/leaf';
import type { Registration } from '../registration/registration';

const { TEXT, OPAQUE, SENML_JSON, SENML_CBOR, SENML_ETCH_JSON, SENML_ETCH_CBOR, TLV, OLD_TLV } =
  ContentFormats;
const { LWM2M_CBOR, LWM2M_JSON } = ContentFormats;

/** A format to try; `undefined` sends no Accept and decodes what comes. */
export type Format = number | undefined;

/** What a format is chosen for. */
export type FormatPurpose = 'accept' | 'content';

/** The formats a registered client refused, by what they were offered for; forgotten with the registration. */
export class FormatMemory {
  private readonly refused = { accept: new Set<Format>(), content: new Set<Format>() };

  /** The ladder without what was refused before; the whole of it where all was. */
  open(purpose: FormatPurpose, ladder: readonly Format[]): readonly Format[] {
    if (this.refused[purpose].size === 0) return ladder;
    const left = ladder.filter((format) => !this.refused[purpose].has(format));
    return left.length > 0 ? left : ladder;
  }

  /** These were refused where another was taken. */
  remember(purpose: FormatPurpose, refused: readonly Format[]): void {
    for (const format of refused) this.refused[purpose].add(format);
  }
}

/** Whether an answer says "not in this format": 4.06, 4.15, or 4.02 of who doesn't know Accept, a critical option. */
export const isFormatRefusal = (code: Code, accept: Format): boolean =>
  code === Codes.NOT_ACCEPTABLE ||
  code === Codes.UNSUPPORTED_CONTENT_FORMAT ||
  (code === Codes.BAD_OPTION && accept !== undefined);

/** Formats for several values at once, the best first: by the root's `ct` where told, else by the enabler's version. */
export function treeFormats({ lwm2mVersion, contentFormats }: Registration): readonly number[] {
  const old = lwm2mVersion === '1.0';
  if (contentFormats) {
    const known = old
      ? [TLV, OLD_TLV, SENML_CBOR, SENML_JSON]
      : [...(lwm2mVersion === '1.1' ? [] : [LWM2M_CBOR]), SENML_CBOR, SENML_JSON, TLV, OLD_TLV];
    const offered = known.filter((format) => contentFormats.includes(format));
    if (offered.length > 0) return offered;
  }
  return old ? OLD_LADDER : LADDER;
}

const OLD_LADDER: readonly number[] = [TLV];
const LADDER: readonly number[] = [SENML_CBOR, SENML_JSON, TLV];

/** What to ask for when reading: a single resource without Accept first, for some clients know no Accept there. */
export function readFormats(registration: Registration, path: LwM2mPath): readonly Format[] {
  const tree = treeFormats(registration);
  if (path.resourceId !== undefined) return [undefined, ...tree, TEXT];
  const offersJson = registration.contentFormats?.includes(LWM2M_JSON) === true;
  return [...tree, ...(offersJson ? [LWM2M_JSON] : []), undefined];
}

/** What to write in. A scalar as text, bytes as they are, everything else in a format for many values. */
export function writeFormats(
  registration: Registration,
  path: LwM2mPath,
  leaves: readonly Leaf[],
  definitions: DefinitionLookup,
): readonly number[] {
  const tree = treeFormats(registration);
  const [only] = leaves;
  if (path.resourceId === undefined || leaves.length !== 1 || !only) return tree;
  const deep = path.resourceInstanceId !== undefined;
  const multiple =
    path.objectId !== undefined &&
    resourceDefinition(definitions, path.objectId, path.resourceId)?.multiple === true;
  if (!deep && (multiple || only.path.resourceInstanceId !== undefined)) return tree;
  return only.value.type === 'opaque' ? [OPAQUE, ...tree, TEXT] : [TEXT, ...tree];
}

/** The bodies of composite operations are SenML (OMA-TS-LightweightM2M_Core-V1_1_1 §6.3.8, §7.4.4). */
export function compositeFormats({ contentFormats }: Registration): readonly number[] {
  const ladder = [SENML_CBOR, SENML_JSON, SENML_ETCH_CBOR, SENML_ETCH_JSON];
  const offered = ladder.filter((format) => contentFormats?.includes(format));
  return offered.length > 0 ? offered : ladder;
}
