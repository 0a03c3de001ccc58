import type { JsonValue } from '../base/json';
import type { ResourceType } from '../objects/definition';

/** A registered device as the editor, a terminal and a script see it. Times are milliseconds since 1970. */
export interface DeviceView {
  readonly endpoint: string;
  /** URI of where it was last heard from: `coap://192.168.1.7:40123`. */
  readonly address: string;
  /** URI of our own listener that it registered at. */
  readonly local: string;
  /** Enabler version as told. */
  readonly lwm2m: string;
  /** Seconds. */
  readonly lifetime: number;
  readonly binding: string;
  readonly queueMode: boolean;
  readonly objects: readonly {
    readonly objectId: number;
    readonly instanceId?: number;
    readonly version?: string;
  }[];
  readonly registeredAt: number;
  readonly lastSeen: number;
  /** Whether a queue-mode client is taken to listen now; true for every other. */
  readonly awake: boolean;
  /** Requests that wait for it. */
  readonly queued: number;
  /** One of our own simulated devices. */
  readonly simulated: boolean;
  /** How it proved who it is, on a secured channel. */
  readonly security?: {
    readonly mode: 'psk' | 'rpk' | 'x509';
    /** The PSK identity, or the certificate's name. */
    readonly identity: string;
    readonly suite?: string;
    /** In records to us, hexadecimal; absent without the extension. */
    readonly connectionId?: string;
  };
}

/** A value at its path, in the JSON form of the terminal program. */
export interface ValueView {
  readonly path: string;
  readonly value: JsonValue;
  readonly type: ResourceType;
}

/** A value a device is known to have, and how it is known. */
export interface KnownValueView extends ValueView {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly source: 'read' | 'notify' | 'send' | 'write';
}

/** A device's answer to an operation. A refusal is one too: look at `code`. */
export interface AnswerView {
  readonly endpoint: string;
  readonly path: string;
  /** `2.05` */
  readonly code: string;
  /** `text` `opaque` `cbor` `link` `tlv` `senml-json` `senml-cbor` `json` `lwm2m-cbor`, or the number. */
  readonly format?: string;
  readonly values: readonly ValueView[];
  readonly links?: readonly {
    readonly path: string;
    readonly attributes: Readonly<Record<string, string | number>>;
  }[];
  readonly location?: string;
  /** The device's own words with a refusal. */
  readonly diagnostic?: string;
  readonly problems: readonly string[];
  /** Bytes of the payload. */
  readonly size: number;
}

/** An operation on one device; `format` insists on a content format by its name. */
export type OperationRequest = {
  readonly endpoint: string;
  readonly format?: string;
  /** Seconds of silence after which it fails. */
  readonly stallTimeout?: number;
} & (
  | { readonly operation: 'read'; readonly paths: readonly string[] }
  | {
      readonly operation: 'write';
      /** One: Write; several: Write-Composite. */
      readonly values: readonly WriteValue[];
      readonly mode?: 'replace' | 'update';
    }
  | { readonly operation: 'execute'; readonly path: string; readonly argument?: string }
  | { readonly operation: 'create'; readonly path: string; readonly value: JsonValue }
  | { readonly operation: 'delete'; readonly path: string }
  | { readonly operation: 'discover'; readonly path: string }
  | {
      readonly operation: 'attributes';
      readonly path: string;
      /** `null` unsets. */
      readonly attributes: Readonly<Record<string, string | number | null>>;
    }
);

/** What to write where: a text as a user types it, JSON by the terminal program's rules, or bytes as base64. */
export type WriteValue = { readonly path: string } & (
  { readonly text: string } | { readonly json: JsonValue } | { readonly base64: string }
);
