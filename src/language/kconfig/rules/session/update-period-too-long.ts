import { setFix } from '../../fixes';
import { placeOf } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt, relatedTo, said } from '../../telling';

const PERIOD = 'CONFIG_LWM2M_UPDATE_PERIOD';
const LIFETIME = 'CONFIG_LWM2M_ENGINE_DEFAULT_LIFETIME';

export const rule: KconfigRule = {
  code: 'kconfig/update-period-too-long',
  number: 54,
  severity: 'warning',
  document:
    'CONFIG_LWM2M_UPDATE_PERIOD asks for Updates more often than the lifetime does; 0 leaves them to the lifetime. A period ' +
    'that is not shorter than the lifetime lets the registration run out before the Update is sent.',
  check(configuration) {
    const period = configuration.number(PERIOD);
    const lifetime = configuration.number(LIFETIME);
    if (period === undefined || lifetime === undefined || period === 0n || period < lifetime) return [];
    const ofPeriod = placeOf(configuration, PERIOD);
    const ofLifetime = placeOf(configuration, LIFETIME);
    const place = ofPeriod ?? ofLifetime;
    if (!place) return [];
    const shorten = setFix(
      configuration,
      place,
      [[PERIOD, lifetime / 2n]],
      undefined,
      ofLifetime !== undefined,
    );
    const lengthen = setFix(
      configuration,
      place,
      [[LIFETIME, period * 2n]],
      undefined,
      ofLifetime === undefined,
    );
    return [
      findingAt(
        place,
        `${said(configuration, PERIOD)} is not shorter than the lifetime, ${said(configuration, LIFETIME)}: the registration runs out before its Update`,
        {
          related: ofPeriod ? relatedTo([ofLifetime, `${LIFETIME} is set here`]) : [],
          fixes: ofLifetime ? [shorten, lengthen] : [lengthen, shorten],
        },
      ),
    ];
  },
};
