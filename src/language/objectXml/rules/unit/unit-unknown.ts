import type { Fix } from '../../../problem';
import { setField } from '../../fieldEdit';
import { itemTitle, rangeOf, valueOf } from '../../object';
import type { XmlContext, XmlRule } from '../../rule';
import { knownUnits, likelyUnit, unitMeaning } from '../../units';
import { edited, inItems } from '../findings';

const sets = new WeakMap<
  object,
  { readonly extra: XmlContext['extraUnits']; readonly known: ReadonlySet<string> }
>();

function unitsOf({ registry, extraUnits }: XmlContext): ReadonlySet<string> {
  const cached = sets.get(registry.units);
  if (cached?.extra === extraUnits && cached) return cached.known;
  const known = new Set(knownUnits(registry.units, extraUnits));
  sets.set(registry.units, { extra: extraUnits, known });
  return known;
}

/** Rule 65: units come from SenML's list. */
export const rule: XmlRule = {
  code: 'xml/unit-unknown',
  number: 65,
  severity: 'warning',
  document:
    'Units holds the code of a unit in IANA’s SenML registry (RFC 8428, RFC 8798) or in OMA’s additions to it. Servers and ' +
    'dashboards know what a value is by that code alone. A setting adds units that came later.',
  check: (file, context) => {
    const known = unitsOf(context);
    return inItems(file, (item) => {
      const unit = valueOf(item, 'Units');
      if (unit === '' || known.has(unit)) return [];
      const likely = likelyUnit(unit, [...known]);
      const meaning = likely && unitMeaning(likely.code);
      const fixes: Fix[] = likely
        ? [
            edited(
              file,
              `Set Units to ${likely.code}${meaning === undefined ? '' : ` (${meaning})`}`,
              [setField(file, item, 'Units', likely.code)],
              likely.same,
            ),
          ]
        : [];
      const shown = unit.length > 40 ? `${unit.slice(0, 39)}…` : unit;
      return [
        {
          range: rangeOf(item, 'Units'),
          message:
            `${shown}, the unit of ${itemTitle(item)}, is no unit of SenML or OMA` +
            (likely ? `: did you mean ${likely.code}${meaning === undefined ? '' : ` (${meaning})`}?` : ''),
          fixes,
        },
      ];
    });
  },
};
