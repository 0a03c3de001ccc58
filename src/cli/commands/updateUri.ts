import { OperationError } from '../../base/errors';
import { parseUriTemplate } from '../../fota/packageUri';
import { certifiableHosts } from '../../security/authority';

/** Options that say where the device fetches from. */
export interface UriOptions {
  readonly method?: string;
  readonly protocol?: string;
  readonly host?: string;
  readonly uri?: string;
  readonly external?: true;
}

/**
 * Refuses a Package URI that can't be, before a server is started or a device waited for. Throws `BAD_URI_TEMPLATE`,
 * `BAD_HOST`, and `USAGE` for options that contradict each other.
 */
export function checkUri({ method, protocol, host, uri, external }: UriOptions): void {
  if (host !== undefined) checkHost(host);
  if (uri === undefined) {
    if (external)
      throw new OperationError('USAGE', '--external stands without --uri', {
        next: 'Name the URI that the other server has the image at.',
      });
    return;
  }
  const template = parseUriTemplate(uri);
  if (!template.ok) {
    const { message, offset } = template.problem;
    throw new OperationError('BAD_URI_TEMPLATE', `${message} (--uri, character ${offset + 1})`, {
      next: 'Give --uri a path such as /fw/{endpoint}/{version}.bin, or a whole URI.',
    });
  }
  const { scheme } = template.value;
  if (method === 'push')
    throw new OperationError('USAGE', '--uri goes with a pull and not with --method push', {
      next: 'Leave one of them out.',
    });
  if (host !== undefined)
    throw new OperationError(
      'USAGE',
      scheme === undefined
        ? 'A relative --uri goes without --host: the device resolves it against the server it registered at'
        : 'An absolute --uri has a host of its own and goes without --host',
      { next: 'Leave one of them out.' },
    );
  if (scheme !== undefined && protocol !== undefined && protocol !== scheme)
    throw new OperationError('USAGE', `--uri is fetched by ${scheme}, and --protocol says ${protocol}`, {
      next: 'Leave --protocol out.',
    });
  if (external && scheme === undefined)
    throw new OperationError(
      'USAGE',
      'A relative --uri is fetched from this server, so --external contradicts it',
      {
        next: 'Name the other server in --uri, or leave --external out.',
      },
    );
}

/** A host of a URI: what a certificate could name, but for its wildcards. */
function checkHost(host: string): void {
  const [known] = certifiableHosts([host]);
  if (!known.includes('*')) return;
  throw new OperationError('BAD_HOST', `${host} stands for many hosts`, {
    next: 'Give --host one address or name, as the device reaches it: 192.0.2.1 or workbench.local.',
  });
}
