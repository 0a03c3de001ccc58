import type { KconfigRule } from '../../rule';
import { rule as blockSize } from './block-size';
import { rule as messageSmallerThanBlock } from './message-smaller-than-block';
import { rule as encodeBufferTooSmall } from './encode-buffer-too-small';
import { rule as messageExceedsMtu } from './message-exceeds-mtu';
import { rule as fotaDownloadOff } from './fota-download-off';
import { rule as coapTransportOff } from './coap-transport-off';
import { rule as downloadClientRemoved } from './download-client-removed';
import { rule as downloaderStack } from './downloader-stack';
import { rule as packageHostTooLong } from './package-host-too-long';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [
  blockSize,
  messageSmallerThanBlock,
  encodeBufferTooSmall,
  messageExceedsMtu,
  fotaDownloadOff,
  coapTransportOff,
  downloadClientRemoved,
  downloaderStack,
  packageHostTooLong,
];
