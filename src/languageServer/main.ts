/** Entry of the language server's process: LSP over stdin and stdout. It opens no socket and no file. */
import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { collectWhenIdle } from './heap';
import { startLanguageServer } from './server';

const onChange = startLanguageServer(
  createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(process.stdin),
    new StreamMessageWriter(process.stdout),
  ),
);
onChange(collectWhenIdle());
