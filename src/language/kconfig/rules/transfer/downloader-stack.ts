import { DOWNLOADER, FOTA_DOWNLOAD, isNcsFrom, updatesFirmware } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

const STACK = 'CONFIG_DOWNLOADER_STACK_SIZE';
const USUAL = 4096n;

export const rule: KconfigRule = {
  code: 'kconfig/downloader-stack',
  number: 40,
  severity: 'hint',
  document:
    'The download thread runs the client’s callbacks: nRF Connect SDK’s LwM2M sample gives it a stack of 4096 bytes, the library’s default is 1280.',
  check: (configuration) => {
    if (!updatesFirmware(configuration) || !isNcsFrom(configuration, '3.0')) return [];
    if (!configuration.isOn(FOTA_DOWNLOAD) || !configuration.isOn(DOWNLOADER)) return [];
    const size = configuration.number(STACK);
    if (size === undefined || size >= USUAL) return [];
    const place = tellAt(configuration, STACK, DOWNLOADER, FOTA_DOWNLOAD);
    return told(
      place,
      `${STACK} is ${size}: nRF Connect SDK’s LwM2M sample has ${USUAL} for firmware downloads`,
      {
        fixes: place ? [setFix(configuration, place, [[STACK, USUAL]])] : [],
      },
    );
  },
};
