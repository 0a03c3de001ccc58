import type { KconfigRule } from '../../rule';
import { rule as serverMissing } from './server-missing';
import { rule as serverScheme } from './server-scheme';
import { rule as coapsWithoutDtls } from './coaps-without-dtls';
import { rule as coapWithDtls } from './coap-with-dtls';
import { rule as coapsPortMissing } from './coaps-port-missing';
import { rule as portOfOtherScheme } from './port-of-other-scheme';
import { rule as bootstrapPort } from './bootstrap-port';
import { rule as managementPort } from './management-port';
import { rule as bootstrapInstances } from './bootstrap-instances';
import { rule as coioteWithoutTlv } from './coiote-without-tlv';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [
  serverMissing,
  serverScheme,
  coapsWithoutDtls,
  coapWithDtls,
  coapsPortMissing,
  portOfOtherScheme,
  bootstrapPort,
  managementPort,
  bootstrapInstances,
  coioteWithoutTlv,
];
