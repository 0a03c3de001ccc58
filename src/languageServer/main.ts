/** Entry of the language server's process. It has no capability yet: object XML and Kconfig fragments come to it later. */
import { createConnection, ProposedFeatures, type InitializeResult } from 'vscode-languageserver/node';

const connection = createConnection(ProposedFeatures.all);
connection.onInitialize((): InitializeResult => ({
  capabilities: {},
  serverInfo: { name: 'LwM2M Workbench' },
}));
connection.listen();
