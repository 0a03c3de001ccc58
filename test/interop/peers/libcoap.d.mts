import type { Prepared } from './process.mjs';

export interface LibcoapOptions {
  /** 16 … 1024; by default the client leaves the choice to the server. */
  readonly blockSize?: number;
  /** How long the client waits for the whole body. Default 60 s. */
  readonly waitSeconds?: number;
  /** Further arguments of coap-client, e.g. `['-N']`. */
  readonly more?: readonly string[];
}

export interface LibcoapAnswer {
  /** "4.04 Not Found" and the like; undefined when nothing was refused. */
  readonly refusal: string | undefined;
  /** From process start to its end. */
  readonly ms: number;
  readonly stderr: string;
}

export interface LibcoapServer {
  readonly pid: number | undefined;
  uri(name: string): string;
  /** On the port after the plain one, where the server was given a key or a certificate. */
  securedUri(name: string): string;
  close(): Promise<void>;
}

export interface Libcoap {
  /** GET by Block2; the body is empty when nothing came in time. */
  get(uri: string, options?: LibcoapOptions): Promise<LibcoapAnswer & { readonly body: Buffer }>;
  /** PUT of a file by Block1. An answer that never came is not told by the client: look at the other side. */
  put(
    uri: string,
    file: string,
    options?: LibcoapOptions & { readonly contentFormat?: number },
  ): Promise<LibcoapAnswer>;
  /** `more`: further arguments of coap-server, e.g. `['-k', key]`. */
  serve(port: number, host?: string, more?: readonly string[]): Promise<LibcoapServer>;
}

export function libcoap(variants?: readonly ('notls' | 'openssl' | 'gnutls')[]): Prepared<Libcoap>;
