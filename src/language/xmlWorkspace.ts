import type { ObjectRegistry } from '../objects/registry';
import { checkXml } from './objectXml/check';
import { fixAll } from './objectXml/fixAll';
import { readTree, valueOf } from './objectXml/object';
import { parseXml } from './objectXml/parse';
import type { XmlContext, XmlFile } from './objectXml/rule';
import { isObjectXml } from './objectXmlRoot';
import type { Problem, Profile } from './problem';

/** The name of a URI's or path's file without its folders. */
export const fileName = (uri: string): string => uri.slice(uri.search(/[^/\\]*$/));

/** What other files' problems can depend on: an edit that keeps it concerns only files of the same object. */
interface Head {
  readonly ids: readonly number[];
  readonly isIndex: boolean;
  readonly text: string;
}

interface Entry {
  readonly file: XmlFile;
  readonly head: Head;
  problems: readonly Problem[] | undefined;
}

function headOf({ tree }: XmlFile): Head {
  const { kind, objects } = readTree(tree);
  return {
    ids: objects.flatMap(({ id }) => (id === undefined ? [] : [id])),
    isIndex: kind !== 'object',
    text: objects
      .map(
        (object) =>
          `${object.id} ${object.version} ${valueOf(object, 'Name')} ${valueOf(object, 'ObjectURN')}`,
      )
      .join('\n'),
  };
}

/** The object XML that is looked at together, and what is wrong with it: checked when asked for, and again when it changes. */
export class XmlWorkspace {
  private readonly entries = new Map<string, Entry>();
  private files: readonly XmlFile[] | undefined;
  /** Files of which `files` has what they were before edits that change nothing for others: their heads are the same. */
  private readonly edited = new Set<string>();

  constructor(
    private registry: ObjectRegistry,
    private profile: Profile,
  ) {}

  /** Checks by another registry (one with more units) or profile from now on. */
  use(registry: ObjectRegistry, profile: Profile): void {
    if (registry === this.registry && profile === this.profile) return;
    this.registry = registry;
    this.profile = profile;
    this.forget();
  }

  get uris(): readonly string[] {
    return [...this.entries.keys()];
  }

  file(uri: string): XmlFile | undefined {
    return this.entries.get(uri)?.file;
  }

  /** Every file, in the order in which they came. */
  all(): readonly XmlFile[] {
    if (this.edited.size > 0) this.renew();
    return (this.files ??= [...this.entries.values()].map(({ file }) => file));
  }

  /** A file has this text now. What is no object XML is left out; told by `false`. */
  set(uri: string, text: string): boolean {
    if (!isObjectXml(text)) {
      this.delete(uri);
      return false;
    }
    const known = this.entries.get(uri);
    if (known?.file.tree.text === text) return true;
    const file: XmlFile = { uri, name: fileName(uri), tree: parseXml(text) };
    const head = headOf(file);
    this.entries.set(uri, { file, head, problems: undefined });
    if (known?.head.text === head.text && !head.isIndex) this.edited.add(uri);
    else this.renew();
    this.touch(known?.head, head);
    return true;
  }

  delete(uri: string): void {
    const known = this.entries.get(uri);
    if (!known) return;
    this.entries.delete(uri);
    this.renew();
    this.touch(known.head, undefined);
  }

  /** The problems of a file; none where it is no object XML. The same array as long as nothing changed. */
  problems(uri: string): readonly Problem[] {
    const entry = this.entries.get(uri);
    if (!entry) return [];
    return (entry.problems ??= checkXml(entry.file, this.contextOf(uri)));
  }

  /** The text of a file after its preferred fixes; `undefined` where it is no object XML. */
  fixed(uri: string): string | undefined {
    const file = this.file(uri);
    return file && fixAll(file, this.context());
  }

  /** What rules, completion and hover may know beside a file. */
  context(): XmlContext {
    return { profile: this.profile, registry: this.registry, workspace: this.all() };
  }

  /**
   * The same for the check of one file: rules take that one as it is given, whatever the workspace has of it, so that what
   * they know of all others need not be looked up anew for each keystroke.
   */
  private contextOf(uri: string): XmlContext {
    const onlyItself = this.edited.size === 1 && this.edited.has(uri);
    if (!onlyItself || !this.files) return this.context();
    return { profile: this.profile, registry: this.registry, workspace: this.files };
  }

  private renew(): void {
    this.files = undefined;
    this.edited.clear();
  }

  private touch(before: Head | undefined, after: Head | undefined): void {
    if (before?.text !== after?.text || before?.isIndex === true || after?.isIndex === true) {
      this.forget();
      return;
    }
    const ids = new Set(after?.ids);
    for (const entry of this.entries.values())
      if (entry.head.isIndex || entry.head.ids.some((id) => ids.has(id))) entry.problems = undefined;
  }

  private forget(): void {
    for (const entry of this.entries.values()) entry.problems = undefined;
  }
}
