import { fillsSecurity } from '../../clientUtils';
import { ENDPOINT_PREFIX, kconfigOf, statedText } from '../../credentials';
import { told } from '../../place';
import type { KconfigRule } from '../../rule';

export const rule: KconfigRule = {
  code: 'kconfig/endpoint-form',
  number: 30,
  severity: 'hint',
  document:
    'Servers for nRF devices know endpoints as urn:imei:…, urn:dev:…, nrf-… or nrf91-…. Another prefix is fine where the server has the device under that very name: the client utilities take the endpoint’s name as identity of the PSK as well.',
  check: (configuration) => {
    if (!fillsSecurity(configuration)) return [];
    const prefix = statedText(configuration, ENDPOINT_PREFIX);
    if (!prefix || /^(urn:imei:$|urn:dev:|nrf-$|nrf91-$)/.test(prefix.text)) return [];
    return told(
      prefix.place,
      `${ENDPOINT_PREFIX}="${prefix.text}" makes a name of no usual form (urn:imei:, urn:dev:, nrf-, nrf91-): the server must know the device, and the identity of its key, by it`,
      { ...kconfigOf(configuration, ENDPOINT_PREFIX) },
    );
  },
};
