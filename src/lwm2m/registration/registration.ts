import type { LwM2mPath } from '../../objects/path';
import type { Peer, SocketAddress, Scheme } from '../../transport/ports';

/** An object or object instance a client says it has, with the object's version where told (OMA-TS-LightweightM2M_Core-V1_1_1 §6.2.1). */
export interface ObjectLink {
  readonly path: LwM2mPath;
  /** `ver`, e.g. `1.1`; on the object's link or on its single instance's. */
  readonly version?: string;
}

/**
 * A client that is registered (OMA-TS-LightweightM2M_Core-V1_1_1 §6.2). Immutable: an Update makes a new one with the
 * same `location`. Texts are bounded and shown as text only.
 */
export interface Registration {
  /** What follows `/rd/` in the Location of this registration; a new one for each Register. */
  readonly location: string;
  readonly endpointName: string;
  /** Enabler version as the client told it: `1.0`, `1.1`, `1.2`. */
  readonly lwm2mVersion: string;
  /** Seconds until it expires without an Update; 86,400 where not told. */
  readonly lifetime: number;
  /** `U`, `UQ`, `T`, … as told; `U` where not. */
  readonly binding: string;
  readonly queueMode: boolean;
  readonly smsNumber?: string;
  /** Query parameters that LwM2M doesn't know, as they came (`vendor=7`); at most eight of 64 characters. */
  readonly additional?: readonly string[];
  /** `rt="oma.lwm2m"` root where another than `/`, as path segments. */
  readonly rootPath: readonly string[];
  /** Content formats of the root's `ct`, where told. */
  readonly contentFormats?: readonly number[];
  readonly objectLinks: readonly ObjectLink[];
  readonly peer: Peer;
  /** Our own address that it registered at: what a Package URI carries. */
  readonly local: { readonly scheme: Scheme; readonly address: SocketAddress };
  /** Milliseconds since 1970. */
  readonly registeredAt: number;
  readonly lastSeen: number;
}

/** The object IDs a registration lists, each once, ascending. */
export const objectIdsOf = (registration: Registration): readonly number[] =>
  [...new Set(registration.objectLinks.map((link) => link.path.objectId ?? -1))]
    .filter((id) => id >= 0)
    .sort((a, b) => a - b);

/** The instance IDs a registration lists for an object, ascending. */
export const instanceIdsOf = (registration: Registration, objectId: number): readonly number[] =>
  registration.objectLinks
    .filter((link) => link.path.objectId === objectId && link.path.instanceId !== undefined)
    .map((link) => link.path.instanceId ?? 0)
    .sort((a, b) => a - b);

/** The version a client registered an object with; `undefined` where it told none (then 1.0, or what the enabler version implies). */
export const objectVersionOf = (registration: Registration, objectId: number): string | undefined =>
  registration.objectLinks.find((link) => link.path.objectId === objectId && link.version !== undefined)
    ?.version;
