import { BOOTSTRAP, BOOTSTRAP_TAG, fillsSecurity, SERVER_TAG } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { freeTag } from '../../tags';

export const rule: KconfigRule = {
  code: 'kconfig/bootstrap-tag-overwritten',
  number: 3,
  severity: 'error',
  document:
    'At bootstrap the client writes the keys of its new server to CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG, whatever is there. If CONFIG_LWM2M_CLIENT_UTILS_BOOTSTRAP_TLS_TAG is the same tag, that destroys the bootstrap key, and the device can’t bootstrap again. Keep them apart: 35724861 and 35724862 are the library’s own.',
  check: (configuration) => {
    const server = configuration.number(SERVER_TAG);
    if (!fillsSecurity(configuration) || !configuration.isOn(BOOTSTRAP)) return [];
    if (server === undefined || server !== configuration.number(BOOTSTRAP_TAG)) return [];
    const place = tellAt(configuration, BOOTSTRAP_TAG, SERVER_TAG, BOOTSTRAP);
    return told(
      place,
      `${SERVER_TAG} and ${BOOTSTRAP_TAG} are both ${server}: bootstrap writes the server’s keys there and destroys the bootstrap key`,
      {
        fixes: place
          ? [setFix(configuration, place, [[BOOTSTRAP_TAG, freeTag(configuration, BOOTSTRAP_TAG)]])]
          : [],
      },
    );
  },
};
