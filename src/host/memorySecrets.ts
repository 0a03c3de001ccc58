import { memorySecret } from '../base/secretText';
import { memoryStore } from '../security/credentialStore';
import type { HostSecrets } from './ports';

/** Keys that end with the process: for a device of the moment, and where an editor has no place that lasts. */
export const memorySecrets = (): HostSecrets => ({
  credentials: memoryStore(),
  authority: memorySecret(),
  serverCertificate: memorySecret(),
});
