/** Files and folders by their URIs, as the editor or the command line gave them (RFC 3986 §3.3): no slash at a folder's end. */

/** The last segment of a URI or path, percent-encoded as it stands there: `prj.conf`. */
export const nameOf = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);

/** What stands before the last segment, with its slash: what the files of one folder begin with. Empty where no folder is named. */
export const folderPrefix = (uri: string): string => uri.slice(0, uri.lastIndexOf('/') + 1);

/** The folder of a file or folder; empty where none is named. */
export const parentOf = (uri: string): string => folderPrefix(uri).slice(0, -1);

/** A file beside another one; `name` as people write it. */
export const besides = (uri: string, name: string): string => folderPrefix(uri) + encodeURIComponent(name);
