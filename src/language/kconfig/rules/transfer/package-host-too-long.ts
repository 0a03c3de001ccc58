import { FOTA_DOWNLOAD, SERVER, updatesFirmware } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { serverUris } from '../../serverUri';

const LENGTH = 'CONFIG_FOTA_DOWNLOAD_HOST_NAME_LENGTH';
const USUAL = 128;

export const rule: KconfigRule = {
  code: 'kconfig/package-host-too-long',
  number: 41,
  severity: 'warning',
  document:
    'The host of a Package URI must fit into CONFIG_FOTA_DOWNLOAD_HOST_NAME_LENGTH bytes with the scheme before and a zero after it: else “Host name too big”, and the update fails with result 3. Judged by the server’s own host, which most often has the firmware too; the rest of the URI is the server’s to choose.',
  check: (configuration) => {
    const length = configuration.number(LENGTH);
    if (!updatesFirmware(configuration) || !configuration.isOn(FOTA_DOWNLOAD) || length === undefined)
      return [];
    return serverUris(configuration).flatMap(({ symbol, scheme, host, port }) => {
      if (symbol !== SERVER) return [];
      const needed = `${scheme}://${host}${port === undefined ? '' : `:${port}`}`.length + 1;
      if (needed <= length) return [];
      const place = tellAt(configuration, LENGTH, SERVER);
      return told(
        place,
        `${LENGTH} is ${length}, but a package on the server’s own host (${host}) needs ${needed}: the download fails with “Host name too big”`,
        { fixes: place ? [setFix(configuration, place, [[LENGTH, Math.max(USUAL, needed)]])] : [] },
      );
    });
  },
};
