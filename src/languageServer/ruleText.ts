import type { RuleText } from '../contract/languageServer';
import { ruleDocuments, ruleTitle } from '../language/ruleDocuments';

/** A rule's document as a page of its own; `undefined` where there is no such rule. */
export function ruleText(code: string): RuleText | undefined {
  const rule = ruleDocuments().get(code);
  if (!rule) return undefined;
  const when = rule.registryOnly ? ', in profile `registry` only' : '';
  return {
    markdown: `# ${ruleTitle(code)}\n\n\`${code}\`, ${rule.severity}${when}\n\n${rule.document}\n`,
  };
}

/** A rule's document as it stands in a hover over its problem. */
export function ruleHover(code: string): string | undefined {
  const rule = ruleDocuments().get(code);
  return rule && `**${ruleTitle(code)}** — ${rule.document}`;
}
