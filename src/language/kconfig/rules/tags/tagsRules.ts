import type { KconfigRule } from '../../rule';
import { rule as fotaTagDiffers } from './fota-tag-differs';
import { rule as fotaTagOfBootstrap } from './fota-tag-of-bootstrap';
import { rule as bootstrapTagOverwritten } from './bootstrap-tag-overwritten';
import { rule as fotaTagMissing } from './fota-tag-missing';
import { rule as httpsTagShared } from './https-tag-shared';
import { rule as tagOutOfRange } from './tag-out-of-range';
import { rule as tagForDecryption } from './tag-for-decryption';
import { rule as carrierReservedTags } from './carrier-reserved-tags';
import { rule as carrierWrittenTags } from './carrier-written-tags';
import { rule as tagOfCarrierCertificates } from './tag-of-carrier-certificates';
import { rule as tagOfNrfCloud } from './tag-of-nrf-cloud';
import { rule as tagWithinAnjay } from './tag-within-anjay';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [
  fotaTagDiffers,
  fotaTagOfBootstrap,
  bootstrapTagOverwritten,
  fotaTagMissing,
  httpsTagShared,
  tagOutOfRange,
  tagForDecryption,
  carrierReservedTags,
  carrierWrittenTags,
  tagOfCarrierCertificates,
  tagOfNrfCloud,
  tagWithinAnjay,
];
