import type { XmlRule } from '../../rule';
import { rule as privateResource } from './private-resource';
import { rule as description } from './reusable-description';
import { rule as differs } from './reusable-differs';
import { rule as exists } from './reusable-exists';
import { rule as unknown } from './reusable-unknown';

/** Rules 70 to 74. */
export const reusableRules: readonly XmlRule[] = [unknown, differs, description, privateResource, exists];
