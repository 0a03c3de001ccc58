/** An object link: an object and instance; 65535:65535 is the null link (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix C). */
export interface ObjectLinkValue {
  readonly objectId: number;
  readonly instanceId: number;
}

/**
 * A value as a device has it, with its type. Integers are numbers where they are safe (±2⁵³) and bigints beyond;
 * times are whole seconds since 1970; opaque bytes are the holder's own.
 */
export type LwM2mValue =
  | { readonly type: 'string' | 'corelnk'; readonly value: string }
  | { readonly type: 'integer' | 'unsigned'; readonly value: number | bigint }
  | { readonly type: 'time'; readonly value: number }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'opaque'; readonly value: Uint8Array }
  | { readonly type: 'objlnk'; readonly value: ObjectLinkValue };
