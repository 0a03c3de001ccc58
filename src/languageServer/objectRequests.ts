import type { Connection } from 'vscode-languageserver/node';
import { LanguageMethods, type IdFound, type IdWanted } from '../contract/languageServer';
import { readTree } from '../language/objectXml/object';
import type { Files } from './files';

/** The least ID of a stretch that neither the workspace nor OMA's registry has. */
function nextObjectId({ from, to }: IdWanted, { project }: Files): IdFound {
  const taken = new Set(project.registry.ids());
  for (const { tree } of project.xml.all())
    for (const { id } of readTree(tree).objects) if (id !== undefined) taken.add(id);
  for (let id = from; id <= to; id++) if (!taken.has(id)) return { id };
  return {};
}

/** Answers what commands for whole objects ask. */
export function answerObjectRequests(connection: Connection, files: Files): void {
  connection.onRequest(LanguageMethods.NEXT_OBJECT_ID, (wanted: IdWanted) => nextObjectId(wanted, files));
}
