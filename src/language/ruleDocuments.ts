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

/** Words of codes that people write otherwise. */
const WRITTEN: ReadonlyMap<string, string> = new Map(
  [
    ...['AT', 'BOM', 'CoAP', 'DDF', 'DTLS', 'FOTA', 'HTTPS', 'ID', 'LwM2M', 'NCS', 'OMA', 'PSK', 'TLS'],
    ...['SenML', 'URI', 'URN', 'XML', 'Anjay', 'MCUboot', 'Zephyr'],
  ].map((word) => [word.toLowerCase(), word]),
);

/** A rule's name as people read it: `xml/urn-id` → `URN ID`. */
export function ruleTitle(code: string): string {
  const words = code
    .slice(code.indexOf('/') + 1)
    .split('-')
    .map((word) => WRITTEN.get(word) ?? word)
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
