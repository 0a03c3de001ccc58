import type { Problem } from '../problem';
import { readTree } from './object';
import type { Finding, XmlContext, XmlFile, XmlRule } from './rule';
import { fileRules } from './rules/file/fileRules';
import { itemRules } from './rules/item/itemRules';
import { objectRules } from './rules/object/objectRules';
import { rangeRules } from './rules/range/rangeRules';
import { reusableRules } from './rules/reusable/reusableRules';
import { unitRules } from './rules/unit/unitRules';
import { workspaceRules } from './rules/workspace/workspaceRules';

/** Every rule for object XML, by its number among the facts. */
export const xmlRules: readonly XmlRule[] = [
  ...fileRules,
  ...objectRules,
  ...itemRules,
  ...rangeRules,
  ...unitRules,
  ...reusableRules,
  ...workspaceRules,
].sort((a, b) => a.number - b.number);

/** What one rule finds in a file; nothing where the profile leaves it out, or the file is none that it is asked of. */
export function checkRule(rule: XmlRule, file: XmlFile, context: XmlContext): readonly Problem[] {
  if (rule.registryOnly === true && context.profile !== 'registry') return [];
  if (!(rule.kinds ?? ['object']).includes(readTree(file.tree).kind)) return [];
  return rule.check(file, context).map((finding) => problemOf(rule, finding));
}

function problemOf(rule: XmlRule, { severity, message, range, related, fixes, tag }: Finding): Problem {
  let made = typeof fixes === 'function' ? undefined : (fixes ?? []);
  return {
    code: rule.code,
    severity: severity ?? rule.severity,
    message,
    range,
    ...(related ? { related } : {}),
    get fixes() {
      return (made ??= typeof fixes === 'function' ? fixes() : []);
    },
    ...(tag ? { tag } : {}),
  };
}

/** What every rule finds in a file, by place; never throws, however broken the file is. */
export const checkXml = (file: XmlFile, context: XmlContext): readonly Problem[] =>
  xmlRules
    .flatMap((rule) => checkRule(rule, file, context))
    .sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
