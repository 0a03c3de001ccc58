import type { Connection } from 'vscode-languageserver/node';
import {
  LanguageMethods,
  type Comparison,
  type ComparisonWanted,
  type IdFound,
  type IdWanted,
  type ObjectMade,
  type ObjectWanted,
  type ReusableResource,
} from '../contract/languageServer';
import { typeText } from '../language/objectXml/definition';
import { diffPublished, type ObjectDiff } from '../language/objectXml/diff';
import { newObject, reusableItem } from '../language/objectXml/newObject';
import { objectTitle, readTree } from '../language/objectXml/object';
import type { Files } from './files';
import { toLspEdit } from './openDocument';

/** The least ID of a stretch that neither the workspace nor OMA's registry has. */
function nextObjectId({ from, to }: IdWanted, { project }: Files): IdFound {
  const taken = new Set(project.registry.ids());
  for (const { tree } of project.xml.all())
    for (const { id } of readTree(tree).objects) if (id !== undefined) taken.add(id);
  for (let id = from; id <= to; id++) if (!taken.has(id)) return { id };
  return {};
}

const EFFECTS = {
  breaking: 'Breaking',
  compatible: 'Compatible',
  editorial: 'Editorial',
} as const;

function verdictOf({ object, against, changes, bump, needed, fix }: ObjectDiff): string {
  const title = objectTitle(object);
  if (changes.length === 0) return `Nothing differs between ${title} and the published version ${against}.`;
  if (bump === 'none') return `Only words differ between ${title} and the published version ${against}.`;
  const what = bump === 'major' ? 'Breaking changes' : 'Changes';
  return fix
    ? `${what} of ${title} since the published version ${against}: raise the version to ${needed}.`
    : `${what} of ${title} since the published version ${against}; its version ${object.version} says so.`;
}

/** Text that Markdown takes as it stands. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>#|]/g, '\\$&');

function markdownOf(diff: ObjectDiff): string {
  const lines = [
    `# ${plain(objectTitle(diff.object))} and the published version ${diff.against}`,
    '',
    plain(verdictOf(diff)),
  ];
  for (const [effect, word] of Object.entries(EFFECTS)) {
    const changes = diff.changes.filter((change) => change.effect === effect);
    if (changes.length > 0)
      lines.push('', `## ${word}`, '', ...changes.map(({ message }) => `- ${plain(message)}`));
  }
  return `${lines.join('\n')}\n`;
}

/** What an object's XML changes of the published version; `null` where it is none, or was never published. */
function compare({ uri }: ComparisonWanted, files: Files): Comparison | null {
  const file = files.project.xml.file(uri);
  const lines = files.lines(uri);
  if (!file || !lines) return null;
  const diffs = diffPublished(file, { registry: files.project.registry });
  const [first] = diffs;
  if (!first) {
    const title = readTree(file.tree).objects.map(objectTitle).join(', ');
    return {
      title: `OMA’s registry has no ${title}.`,
      markdown: `# ${plain(title)}\n\nOMA’s registry has no version of it to compare it with.\n`,
    };
  }
  const fixes = diffs.flatMap(({ fix }) => fix ?? []);
  const edits = fixes.flatMap(({ changes }) =>
    changes.flatMap((change) => (change.kind === 'edit' && change.uri === uri ? change.edits : [])),
  );
  return {
    title: verdictOf(first),
    markdown: diffs.map(markdownOf).join('\n'),
    ...(fixes[0]
      ? { raise: { title: fixes[0].title, edits: edits.map((edit) => toLspEdit(edit, lines)) } }
      : {}),
  };
}

function reusable({ project: { registry } }: Files): readonly ReusableResource[] {
  return registry.commonIds().flatMap((id) => {
    const found = registry.common(id);
    return found ? { id, name: found.name, operations: found.operations, type: typeText(found.type) } : [];
  });
}

function make({ name, id, resources }: ObjectWanted, { project: { registry } }: Files): ObjectMade {
  return newObject({
    id,
    name,
    resources: resources.flatMap((one) => reusableItem(registry, one) ?? []),
  });
}

/** Answers what commands for whole objects ask. */
export function answerObjectRequests(connection: Connection, files: Files): void {
  connection.onRequest(LanguageMethods.NEXT_OBJECT_ID, (wanted: IdWanted) => nextObjectId(wanted, files));
  connection.onRequest(LanguageMethods.COMPARE, (wanted: ComparisonWanted) => compare(wanted, files));
  connection.onRequest(LanguageMethods.REUSABLE, () => reusable(files));
  connection.onRequest(LanguageMethods.NEW_OBJECT, (wanted: ObjectWanted) => make(wanted, files));
}
