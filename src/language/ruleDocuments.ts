import { kconfigRules } from './kconfig/check';
import { xmlRules } from './objectXml/check';
import type { Severity } from './problem';

/** A rule as documents tell it. */
export interface RuleDocument {
  readonly code: string;
  readonly severity: Severity;
  /** Told in profile `registry` only. */
  readonly registryOnly: boolean;
  readonly document: string;
}

let known: ReadonlyMap<string, RuleDocument> | undefined;

/** Every rule of both kinds of file, by its code. */
export function ruleDocuments(): ReadonlyMap<string, RuleDocument> {
  return (known ??= new Map(
    [...xmlRules, ...kconfigRules].map((rule): [string, RuleDocument] => [
      rule.code,
      {
        code: rule.code,
        severity: rule.severity,
        registryOnly: 'registryOnly' in rule && rule.registryOnly === true,
        document: rule.document,
      },
    ]),
  ));
}

/** A rule's name as people read it: `xml/item-order` → `Item order`. */
export function ruleTitle(code: string): string {
  const words = code.slice(code.indexOf('/') + 1).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
