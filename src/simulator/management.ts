import { decodeUtf8, encodeUtf8 } from '../base/bytes';
import { Codes } from '../coap/code';
import { ContentFormats } from '../coap/contentFormat';
import type { IncomingHead, IncomingRequest, OutgoingResponse } from '../coap/exchange';
import { currentFormat, decodePaths } from '../lwm2m/content/content';
import { parseExecuteArguments } from '../lwm2m/content/executeArguments';
import type { Leaf } from '../lwm2m/content/leaf';
import { MAX_ID, parsePath, pathOf, ROOT, type LwM2mPath } from '../objects/path';
import { parseAttributes, type AttributeStore } from './attributes';
import { answerOf, contentAnswer, isKnownFormat } from './contentAnswer';
import { discover } from './discovery';
import type { Observations } from './observations';
import type { ObjectTree } from './objectTree';
import { decodeLeaves, writeLeaves, type WriteMode } from './writing';

/** What management works on. */
export interface ManagementPorts {
  readonly version: '1.0' | '1.1';
  readonly tree: ObjectTree;
  readonly attributes: AttributeStore;
  readonly observations: Observations;
}

/** The most instances a server may create of one object. */
const MAX_INSTANCES = 32;

/**
 * The client's side of Device Management and Information Reporting (OMA-TS-LightweightM2M_Core-V1_1_1 §6.3, §6.4): every
 * operation on the object tree, as a CoAP request.
 */
export class Management {
  constructor(private readonly ports: ManagementPorts) {}

  handle(request: IncomingRequest): OutgoingResponse {
    const parsed = parsePath(request.path.join('/'));
    if (!parsed.ok) return answerOf(Codes.NOT_FOUND);
    const path = parsed.value;
    if (path.objectId === 0) return answerOf(Codes.UNAUTHORIZED);
    switch (request.method) {
      case Codes.GET:
        return request.accept === ContentFormats.LINK ? this.discover(path) : this.read(path, request);
      case Codes.FETCH:
        return this.newer(() => this.readComposite(path, request));
      case Codes.PUT:
        return this.put(path, request);
      case Codes.POST:
        return this.post(path, request);
      case Codes.IPATCH:
        return this.newer(() => this.writeComposite(path, request));
      case Codes.DELETE:
        return this.delete(path);
      default:
        return answerOf(Codes.METHOD_NOT_ALLOWED);
    }
  }

  /** Composite operations are 1.1's. */
  private newer(then: () => OutgoingResponse): OutgoingResponse {
    return this.ports.version === '1.0' ? answerOf(Codes.METHOD_NOT_ALLOWED) : then();
  }

  private discover(path: LwM2mPath): OutgoingResponse {
    const { tree, attributes } = this.ports;
    if (path.objectId === undefined || path.resourceInstanceId !== undefined) {
      return answerOf(Codes.METHOD_NOT_ALLOWED);
    }
    return tree.has(path)
      ? {
          code: Codes.CONTENT,
          contentFormat: ContentFormats.LINK,
          body: encodeUtf8(discover(tree, attributes, path)),
        }
      : answerOf(Codes.NOT_FOUND);
  }

  private read(path: LwM2mPath, request: IncomingRequest): OutgoingResponse {
    if (path.objectId === undefined) return answerOf(Codes.METHOD_NOT_ALLOWED);
    const { tree, version, observations } = this.ports;
    const render = (): OutgoingResponse => {
      const leaves = tree.read(path);
      return typeof leaves === 'number'
        ? answerOf(leaves)
        : contentAnswer(version, path, leaves, request.accept);
    };
    const first = render();
    if (request.observe === 0 && first.code === Codes.CONTENT && !observations.full) {
      const observer = request.observed();
      if (observer) observations.add(observer, [path], first, render);
    }
    return first;
  }

  private readComposite(path: LwM2mPath, request: IncomingRequest): OutgoingResponse {
    if (path.objectId !== undefined) return answerOf(Codes.METHOD_NOT_ALLOWED);
    if (!isComposite(request.contentFormat)) return answerOf(Codes.UNSUPPORTED_CONTENT_FORMAT);
    const paths = decodePaths(request.contentFormat, request.body);
    if (!paths.ok) return answerOf(Codes.BAD_REQUEST, paths.problem.message);
    if (paths.value.length > 64) return answerOf(Codes.BAD_REQUEST, 'more than 64 paths');
    const { tree, version, observations } = this.ports;
    const render = (): OutgoingResponse => {
      // what isn't there is left out of a composite answer (§6.3.7)
      const leaves = paths.value.flatMap((one) => {
        if (one.objectId === 0) return [];
        const found = tree.read(one);
        return typeof found === 'number' ? [] : found;
      });
      return contentAnswer(version, ROOT, leaves, request.accept ?? ContentFormats.SENML_CBOR);
    };
    const first = render();
    if (request.observe === 0 && first.code === Codes.CONTENT && !observations.full) {
      const observer = request.observed();
      if (observer) observations.add(observer, paths.value, first, render);
    }
    return first;
  }

  private put(path: LwM2mPath, request: IncomingRequest): OutgoingResponse {
    if (path.objectId === undefined) return answerOf(Codes.METHOD_NOT_ALLOWED);
    if (request.query.length > 0 && request.body.length === 0 && request.contentFormat === undefined) {
      return this.writeAttributes(path, request);
    }
    if (path.instanceId === undefined) return answerOf(Codes.METHOD_NOT_ALLOWED);
    return this.write(path, request, path.resourceInstanceId === undefined ? 'replace' : 'update');
  }

  private post(path: LwM2mPath, request: IncomingRequest): OutgoingResponse {
    if (path.objectId === undefined) return answerOf(Codes.METHOD_NOT_ALLOWED);
    if (path.instanceId === undefined) return this.create(path.objectId, request);
    if (path.resourceId === undefined) return this.write(path, request, 'update');
    const resource = this.ports.tree.resource(path);
    if (!resource) return answerOf(Codes.NOT_FOUND);
    if (resource.execute) return this.execute(path, request);
    return resource.definition.multiple
      ? this.write(path, request, 'update')
      : answerOf(Codes.METHOD_NOT_ALLOWED);
  }

  private write(path: LwM2mPath, request: IncomingRequest, mode: WriteMode): OutgoingResponse {
    const { tree, version } = this.ports;
    const { resourceInstanceId: _, ...above } = path;
    if (!tree.has(above)) return answerOf(Codes.NOT_FOUND);
    const resource = tree.resource(path);
    if (resource && !resource.write) return answerOf(Codes.METHOD_NOT_ALLOWED);
    if (!isKnownFormat(version, request.contentFormat)) return answerOf(Codes.UNSUPPORTED_CONTENT_FORMAT);
    const leaves = decodeLeaves(request.contentFormat, path, request.body, tree);
    if (!leaves.ok) return answerOf(Codes.BAD_REQUEST, leaves.problem.message);
    if (path.resourceId === undefined && mode === 'replace') return this.replace(path, leaves.value);
    return answerOf(writeLeaves(tree, leaves.value, mode));
  }

  /**
   * Replacing a whole instance forgets what the payload doesn't name, where a server owns the instance; one that is refused
   * leaves it as it was.
   */
  private replace({ objectId = 0, instanceId = 0 }: LwM2mPath, leaves: readonly Leaf[]): OutgoingResponse {
    const { tree } = this.ports;
    const object = tree.get(objectId);
    const before = object?.instances.get(instanceId);
    const fresh = object?.create?.(instanceId);
    if (object && fresh) object.instances.set(instanceId, fresh);
    const code = writeLeaves(tree, leaves, 'replace');
    if (code !== Codes.CHANGED && object && before) object.instances.set(instanceId, before);
    return answerOf(code);
  }

  private writeAttributes(path: LwM2mPath, request: IncomingHead): OutgoingResponse {
    const { tree, attributes, observations } = this.ports;
    if (!tree.has(path)) return answerOf(Codes.NOT_FOUND);
    const change = parseAttributes(request.query);
    if (!change.ok) return answerOf(Codes.BAD_REQUEST, change.problem.message);
    const written = attributes.write(path, change.value);
    if (!written.ok) return answerOf(Codes.BAD_REQUEST, written.problem.message);
    observations.attributesChanged(path);
    return answerOf(Codes.CHANGED);
  }

  private execute(path: LwM2mPath, request: IncomingRequest): OutgoingResponse {
    if (path.resourceInstanceId !== undefined) return answerOf(Codes.METHOD_NOT_ALLOWED);
    const list = parseExecuteArguments(decodeUtf8(request.body) ?? '"');
    if (!list.ok) return answerOf(Codes.BAD_REQUEST, list.problem.message);
    const run = this.ports.tree.resource(path)?.execute;
    return answerOf(run ? run(list.value) : Codes.METHOD_NOT_ALLOWED);
  }

  private create(objectId: number, request: IncomingRequest): OutgoingResponse {
    const { tree, version } = this.ports;
    const object = tree.get(objectId);
    if (!object) return answerOf(Codes.NOT_FOUND);
    if (!object.create || object.instances.size >= MAX_INSTANCES) return answerOf(Codes.METHOD_NOT_ALLOWED);
    if (!isKnownFormat(version, request.contentFormat)) return answerOf(Codes.UNSUPPORTED_CONTENT_FORMAT);
    let free = 0;
    while (object.instances.has(free)) free++;
    const base = namesInstance(request) ? pathOf(objectId) : pathOf(objectId, free);
    const leaves = decodeLeaves(request.contentFormat, base, request.body, tree);
    if (!leaves.ok) return answerOf(Codes.BAD_REQUEST, leaves.problem.message);
    const wanted = chosenInstance(leaves.value, request, base);
    const instanceId = wanted ?? free;
    if (instanceId > MAX_ID || object.instances.has(instanceId)) return answerOf(Codes.BAD_REQUEST);
    if (leaves.value.some((leaf) => leaf.path.instanceId !== instanceId)) {
      return answerOf(Codes.BAD_REQUEST, 'one instance at a time');
    }
    object.instances.set(instanceId, object.create(instanceId));
    const code = writeLeaves(tree, leaves.value, 'replace');
    if (code !== Codes.CHANGED) {
      object.instances.delete(instanceId);
      return answerOf(code);
    }
    tree.instancesChanged(pathOf(objectId, instanceId));
    return { code: Codes.CREATED, locationPath: [String(objectId), String(instanceId)] };
  }

  private writeComposite(path: LwM2mPath, request: IncomingRequest): OutgoingResponse {
    if (path.objectId !== undefined) return answerOf(Codes.METHOD_NOT_ALLOWED);
    if (!isComposite(request.contentFormat)) return answerOf(Codes.UNSUPPORTED_CONTENT_FORMAT);
    const leaves = decodeLeaves(request.contentFormat, ROOT, request.body, this.ports.tree);
    return leaves.ok
      ? answerOf(writeLeaves(this.ports.tree, leaves.value, 'update'))
      : answerOf(Codes.BAD_REQUEST, leaves.problem.message);
  }

  private delete(path: LwM2mPath): OutgoingResponse {
    const { objectId, instanceId, resourceId } = path;
    if (objectId === undefined || instanceId === undefined || resourceId !== undefined) {
      return answerOf(Codes.METHOD_NOT_ALLOWED);
    }
    const object = this.ports.tree.get(objectId);
    if (!object?.instances.has(instanceId)) return answerOf(Codes.NOT_FOUND);
    if (!object.create) return answerOf(Codes.METHOD_NOT_ALLOWED);
    object.instances.delete(instanceId);
    this.ports.tree.instancesChanged(path);
    return answerOf(Codes.DELETED);
  }
}

const COMPOSITE: readonly (number | undefined)[] = [
  ContentFormats.SENML_JSON,
  ContentFormats.SENML_CBOR,
  ContentFormats.SENML_ETCH_JSON,
  ContentFormats.SENML_ETCH_CBOR,
];
const isComposite = (format: number | undefined): boolean => COMPOSITE.includes(format);

/** Whether the payload of a Create says which instance: SenML always does, TLV where it has an instance record (type 00). */
function namesInstance(request: IncomingRequest): boolean {
  if (request.contentFormat !== undefined && currentFormat(request.contentFormat) !== ContentFormats.TLV) {
    return true;
  }
  const [first] = request.body;
  return first !== undefined && first >> 6 === 0;
}

/** The instance a Create asks for: that of its values, or of a TLV instance record without any. */
function chosenInstance(
  leaves: readonly Leaf[],
  request: IncomingRequest,
  base: LwM2mPath,
): number | undefined {
  const [first] = leaves;
  if (first) return first.path.instanceId;
  const format = request.contentFormat;
  if (format !== undefined && currentFormat(format) !== ContentFormats.TLV) return undefined;
  const [type, high, low] = request.body;
  if (base.instanceId !== undefined || type === undefined || high === undefined) return undefined;
  return (type & 0x20) === 0 ? high : low === undefined ? undefined : (high << 8) | low;
}
