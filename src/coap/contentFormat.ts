/** Content-Format numbers of LwM2M (OMA-TS-LightweightM2M_Core-V1_1_1 §7.4, V1_2 §7.4; IANA CoAP Content-Formats). */
export const ContentFormats = {
  TEXT: 0,
  LINK: 40,
  OPAQUE: 42,
  CBOR: 60,
  SENML_JSON: 110,
  SENML_CBOR: 112,
  SENML_ETCH_JSON: 320,
  SENML_ETCH_CBOR: 322,
  TLV: 11542,
  LWM2M_JSON: 11543,
  LWM2M_CBOR: 11544,
  /** Numbers used before registration; read, and sent only to a client whose `ct` names them. */
  OLD_TEXT: 1541,
  OLD_TLV: 1542,
  OLD_JSON: 1543,
  OLD_OPAQUE: 1544,
} as const;
