import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The update panel's document: one script by nonce, nothing inline, nothing from elsewhere. */
export function panelHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'updatePanel.js'));
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Update</title>
</head>
<body>
<lwm2m-update></lwm2m-update>
<script type="module" nonce="${nonce}" src="${script.toString()}"></script>
</body>
</html>`;
}
