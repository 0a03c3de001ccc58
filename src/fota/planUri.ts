import { isWildcard, printAuthority } from '../base/socketAddress';
import type { ImageFacts } from '../firmware/image/facts';
import { isReserved } from '../firmware/servedPath';
import type { Scheme } from '../transport/ports';
import type { DeviceAbilities } from './abilities';
import { fillUriTemplate, parsePackageUri, parseUriTemplate, type PackageUri } from './packageUri';
import { notOffered, type Listening, type PlanWish } from './planPull';
import { protectionWords } from './protection';
import type { Refusal } from './refusal';

/** A pull from a URI that was asked for. */
export interface UriChoice {
  readonly protocol: Scheme;
  readonly packageUri: string;
  /** The path our firmware server has to serve, unless someone else does. */
  readonly serve?: readonly string[];
  readonly why: string;
  readonly next?: string;
}

/** Plans a pull from the URI that a template gives for this device and image; a refusal says what of it can't be. */
export function planUri(
  device: DeviceAbilities,
  image: Pick<ImageFacts, 'version' | 'sha256'>,
  listening: readonly Listening[],
  wish: PlanWish & { readonly uri: string },
): UriChoice | Refusal {
  const template = parseUriTemplate(wish.uri);
  if (!template.ok) return refused(template.problem.code, template.problem.message, 'Write another URI.');
  const filled = fillUriTemplate(template.value, {
    endpoint: device.endpointName,
    sha256: image.sha256,
    ...(image.version === undefined ? {} : { version: image.version }),
  });
  if (!filled.ok)
    return refused(
      filled.problem.code,
      filled.problem.message,
      filled.problem.code === 'URI_TOO_LONG'
        ? 'Shorten it: {sha256} alone is 64 bytes.'
        : 'Leave the field out, or send an image that has it.',
    );
  const packageUri = filled.value;
  const parts = parsePackageUri(packageUri);
  if (!parts)
    return refused('BAD_URI_TEMPLATE', `${packageUri} is no URI with a path of text`, 'Write another URI.');
  const { origin } = parts;
  const protocol = origin?.scheme ?? device.local.scheme;
  if (wish.protocol !== undefined && wish.protocol !== protocol)
    return refused(
      'PROTOCOL_NOT_FOR_URI',
      `The Package URI ${packageUri} is fetched by ${protocol}${origin ? '' : ', by which the device registered,'} and not by ${wish.protocol}`,
      `Leave the protocol out, or name a URI of ${wish.protocol}.`,
    );
  const notTaken = notOffered(device, protocol);
  if (notTaken) return notTaken;
  const external = wish.external === true;
  if (external && !origin)
    return refused(
      'URI_NOT_EXTERNAL',
      `The relative Package URI ${packageUri} is fetched from this server, so no other can serve it`,
      'Name the other server in the URI, or leave external out.',
    );
  const listener = origin && ourListener(origin, listening, wish.host);
  if (!external) {
    const refusal = origin && !listener ? servedByNobody(origin, listening) : unservable(parts);
    if (refusal) return refusal;
  }
  const where = origin ? printAuthority(origin) : printAuthority(device.local.address);
  const why = external
    ? `By ${protocol} from ${where}, which serves the image by itself: how far the device is, only its state tells.`
    : origin
      ? `By ${protocol} from ${where}, as the URI has it.`
      : `By ${protocol} from ${where}, where it registered: the device resolves the relative URI against that.`;
  const { words, next } = protectionWords(
    device,
    protocol,
    origin ? { host: origin.host, names: external ? undefined : listener?.names } : undefined,
  );
  return {
    protocol,
    packageUri,
    ...(external ? {} : { serve: parts.segments }),
    why: `${why}${words}`,
    // the keys of another server are not ours to hand out
    ...(next === undefined || external ? {} : { next }),
  };
}

/** Whether a Package URI of our making, or one we were to serve, leads to something that listens here now. */
export function isServedHere(
  packageUri: string,
  listening: readonly Listening[],
  advertised: string | undefined,
): boolean {
  const origin = parsePackageUri(packageUri)?.origin;
  return origin === undefined || ourListener(origin, listening, advertised) !== undefined;
}

const refused = (code = 'BAD_URI_TEMPLATE', cause: string, next: string): Refusal => ({ code, cause, next });

function ourListener(
  { scheme, host, port }: NonNullable<PackageUri['origin']>,
  listening: readonly Listening[],
  advertised: string | undefined,
): Listening | undefined {
  const isOurs = (listener: Listening) =>
    listener.address.host === host ||
    isWildcard(listener.address.host) ||
    host === advertised?.toLowerCase() ||
    (host === 'localhost' && /^(127\.|::1$)/.test(listener.address.host)) ||
    listener.names?.some((name) => name.toLowerCase() === host) === true;
  return listening.find(
    (listener) => listener.scheme === scheme && listener.address.port === port && isOurs(listener),
  );
}

function servedByNobody(origin: NonNullable<PackageUri['origin']>, listening: readonly Listening[]): Refusal {
  const own = listening.filter(({ scheme }) => scheme === origin.scheme);
  const named = own.map(({ scheme, address }) => `${scheme}://${printAuthority(address)}`);
  return {
    code: 'URI_NOT_OURS',
    cause: `Nothing here listens on ${origin.scheme}://${printAuthority(origin)}, so nobody would serve the image there`,
    next: `Where another server has the image, say so with --external.${
      named.length > 0 ? ` Our own for ${origin.scheme}: ${named.join(', ')}.` : ''
    } A host name of this machine is named with the setting or option for the host of Package URIs.`,
  };
}

/** A path that our firmware server can't serve. */
function unservable({ segments, hasQuery }: PackageUri): Refusal | undefined {
  const [first = ''] = segments;
  if (hasQuery)
    return refused(
      'URI_PATH_NOT_SERVED',
      'This server serves images under paths without a query, which some clients drop (Zephyr)',
      'Put what the query says into the path.',
    );
  if (segments.includes(''))
    return refused(
      'URI_PATH_NOT_SERVED',
      'The path of the Package URI has an empty segment',
      'Leave out doubled and last slashes.',
    );
  if (isReserved(first))
    return refused(
      'URI_PATH_TAKEN',
      `/${first} is what this server keeps for itself, so no image can be served there`,
      'Begin the path with another segment, such as /fw/….',
    );
  return undefined;
}
