import type { KconfigRule } from '../../rule';
import { rule as pskQuery } from './anjay-psk-query';
import { rule as securityMode } from './anjay-security-mode';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [pskQuery, securityMode];
