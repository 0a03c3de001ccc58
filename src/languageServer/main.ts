/** Entry of the language server's process: LSP over stdin and stdout. It opens no socket and no file. */
import './heap';
import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { startLanguageServer } from './server';

startLanguageServer(
  createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(process.stdin),
    new StreamMessageWriter(process.stdout),
  ),
);
