import type { FromUpdatePanel, ToUpdatePanel } from '../../src/contract/updatePanel';

/** The extension, as a panel sees it. */
export interface PanelHost {
  send(message: FromUpdatePanel): void;
  onMessage(listener: (message: ToUpdatePanel) => void): void;
  /** What the window gives back to the extension after a reload: which run this panel shows. */
  keep(run: string, endpointName: string): void;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The seam over VS Code's webview API. Taken once a document. */
export function panelHost(): PanelHost {
  const api = acquireVsCodeApi();
  return {
    send: (message) => api.postMessage(message),
    // Only the extension can post into the panel's frame: its origin is the webview's own.
    onMessage: (listener) =>
      window.addEventListener('message', (event: MessageEvent<ToUpdatePanel>) => listener(event.data)),
    keep: (run, endpointName) => api.setState({ run, endpointName }),
  };
}
