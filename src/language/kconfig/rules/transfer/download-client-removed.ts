import { isNcsFrom } from '../../clientUtils';
import type { Configuration } from '../../configuration';
import type { Assignment, Fragment } from '../../fragment';
import { removeFix } from '../../fixes';
import { placeOf, told } from '../../place';
import type { Fix } from '../../../problem';
import type { KconfigRule } from '../../rule';

const DOWNLOAD_CLIENT = 'CONFIG_DOWNLOAD_CLIENT';
/** What the new library has as well. */
const KEPT = ['', '_STACK_SIZE', '_MAX_HOSTNAME_SIZE', '_MAX_FILENAME_SIZE', '_SHELL', '_LOG_HEADERS'];

function replacement(symbol: string): string | undefined {
  const rest = symbol.slice(DOWNLOAD_CLIENT.length);
  return KEPT.includes(rest) ? `CONFIG_DOWNLOADER${rest}` : undefined;
}

function fixFor(configuration: Configuration, fragment: Fragment, assignment: Assignment): Fix {
  const { symbol, symbolRange } = assignment;
  const renamed = replacement(symbol);
  if (renamed === undefined || placeOf(configuration, renamed))
    return removeFix({ fragment, assignment, order: 0 }, `Remove ${symbol}`);
  return {
    title: `Rename to ${renamed}`,
    preferred: true,
    changes: [{ kind: 'edit', uri: fragment.uri, edits: [{ range: symbolRange, newText: renamed }] }],
  };
}

export const rule: KconfigRule = {
  code: 'kconfig/download-client-removed',
  number: 39,
  severity: 'error',
  document:
    'The library behind CONFIG_DOWNLOAD_CLIENT… gave way to CONFIG_DOWNLOADER… in nRF Connect SDK 3.0, and is gone from 3.2 on. Sizes of host and file name, the stack, the shell and the log of headers have kept their names behind the prefix; fragment sizes are no longer set, and the block size of CoAP is set at run time, with downloader_transport_coap_set_config().',
  check: (configuration) => {
    if (!isNcsFrom(configuration, '3.0')) return [];
    const isGone = isNcsFrom(configuration, '3.2');
    return configuration.fragments.flatMap(({ fragment }) =>
      fragment.assignments.flatMap((assignment) => {
        const { symbol } = assignment;
        if (symbol !== DOWNLOAD_CLIENT && !symbol.startsWith(`${DOWNLOAD_CLIENT}_`)) return [];
        const renamed = replacement(symbol);
        const next = symbol.startsWith(`${DOWNLOAD_CLIENT}_COAP_BLOCK_SIZE`)
          ? 'the block size is set at run time, with downloader_transport_coap_set_config()'
          : renamed === undefined
            ? 'CONFIG_DOWNLOADER has nothing in its place'
            : `${renamed} takes its place`;
        return told(
          { fragment, assignment, order: 0 },
          `${symbol} is ${isGone ? 'gone since nRF Connect SDK 3.2' : 'deprecated since nRF Connect SDK 3.0 and gone from 3.2 on'}: ${next}`,
          {
            severity: isGone ? 'error' : 'warning',
            tag: 'deprecated',
            ofLine: true,
            fixes: [fixFor(configuration, fragment, assignment)],
          },
        );
      }),
    );
  },
};
