import type { XmlRule } from '../../rule';
import { rule as coulomb } from './unit-coulomb';
import { rule as notRecommended } from './unit-not-recommended';
import { rule as onTime } from './unit-on-time';
import { rule as unknown } from './unit-unknown';
import { rule as withoutNumber } from './unit-without-number';

/** Rules 65 to 69. */
export const unitRules: readonly XmlRule[] = [unknown, notRecommended, withoutNumber, onTime, coulomb];
