import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  Commands,
  ContextKeys,
  Settings,
  UPDATE_PANEL,
  VIEW_CONTAINER,
  Views,
} from '../../../src/extension/ids';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly icon: string;
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: string;
      readonly restrictedConfigurations: readonly string[];
    };
    readonly virtualWorkspaces: { readonly supported: string };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category: string;
      readonly title: string;
    }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly keybindings: readonly { readonly command: string }[];
    readonly configuration: readonly {
      readonly properties: Readonly<Record<string, SettingSchema>>;
    }[];
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly grammars: readonly { readonly path: string; readonly scopeName: string }[];
  };
}

interface SettingSchema {
  readonly type: string;
  readonly default: unknown;
  readonly scope: string;
  readonly markdownDescription: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly maxItems?: number;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);
const settings = Object.assign(
  {},
  ...contributes.configuration.map(({ properties }) => properties),
) as Record<string, SettingSchema>;

describe('the manifest says what the extension registers', () => {
  test('commands are the same, each in the category LwM2M with a title that begins in upper case', () => {
    assert.deepEqual([...commands].sort(), Object.values(Commands).sort());
    for (const { category, title } of contributes.commands) {
      assert.equal(category, 'LwM2M');
      assert.match(title, /^[A-Z]/);
    }
  });

  test('views, their container and settings are the same', () => {
    assert.deepEqual(
      contributes.views[VIEW_CONTAINER]?.map(({ id }) => id),
      Object.values(Views),
    );
    assert.deepEqual(Object.keys(settings).sort(), Object.values(Settings).sort());
  });

  test('menus, keys and welcome texts name only commands that there are', () => {
    const named = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(
      ({ command }) => command,
    );
    for (const command of named) assert.ok(commands.includes(command), command);
    for (const { contents } of contributes.viewsWelcome)
      for (const [, command] of contents.matchAll(/\(command:(lwm2m[\w.]+)/g))
        assert.ok(commands.includes(command ?? ''), command);
  });

  test('when clauses read only context keys that are set', () => {
    const clauses = [
      ...Object.values(contributes.menus).flat(),
      ...contributes.keybindings,
      ...contributes.commands,
      ...contributes.viewsWelcome,
    ].map(
      (entry) =>
        `${'when' in entry ? entry.when : ''} ${'enablement' in entry ? String(entry.enablement) : ''}`,
    );
    const known = new Set<string>([
      ...Object.values(ContextKeys),
      ...Object.values(Views),
      ...Object.values(Settings),
    ]);
    for (const clause of clauses)
      for (const [key] of clause.matchAll(/lwm2m\.[\w.]+/g)) assert.ok(known.has(key), `${key} in ${clause}`);
  });

  test('every file it names is there', () => {
    for (const file of [
      manifest.icon,
      ...contributes.grammars.map(({ path }) => path),
      ...(contributes.views[VIEW_CONTAINER] ?? []).map(({ icon }) => icon),
    ])
      assert.ok(existsSync(file), file);
    for (const { path, scopeName } of contributes.grammars)
      assert.equal((JSON.parse(readFileSync(path, 'utf8')) as { scopeName: string }).scopeName, scopeName);
  });
});

describe('settings have a default, bounds, a scope and a sentence', () => {
  for (const [name, schema] of Object.entries(settings)) {
    test(name, () => {
      assert.notEqual(schema.default, undefined);
      assert.ok(schema.scope, 'scope');
      assert.match(schema.markdownDescription, /[.]$/);
      if (schema.type === 'integer')
        assert.ok(
          schema.enum !== undefined || (schema.minimum !== undefined && schema.maximum !== undefined),
        );
      if (schema.type === 'array') assert.ok(schema.maxItems !== undefined);
    });
  }

  test('where the server listens is a matter of the machine, and loopback by itself', () => {
    for (const name of [
      Settings.SERVER_ADDRESSES,
      Settings.SERVER_TRANSPORTS,
      Settings.SERVER_PORT,
      Settings.SERVER_SECURED_PORT,
      Settings.SERVER_HTTP_PORT,
      Settings.SERVER_HTTPS_PORT,
    ])
      assert.equal(settings[name]?.scope, 'machine');
    assert.deepEqual(settings[Settings.SERVER_ADDRESSES]?.default, ['127.0.0.1']);
  });
});

describe('nothing is activated before it is needed', () => {
  test('activation is by the panel, by firmware projects and by what the language server may know; views and commands imply theirs', () => {
    assert.deepEqual(manifest.activationEvents, [
      `onWebviewPanel:${UPDATE_PANEL}`,
      'workspaceContains:**/prj.conf',
      'workspaceContains:**/sdkconfig*',
      'onLanguage:xml',
      'onLanguage:properties',
      'onLanguage:kconfig',
    ]);
  });

  test('untrusted and virtual workspaces are limited, and a folder can’t set what opens sockets', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    assert.equal(untrustedWorkspaces.supported, 'limited');
    assert.equal(virtualWorkspaces.supported, 'limited');
    const restricted = new Set(untrustedWorkspaces.restrictedConfigurations);
    for (const [name, { scope }] of Object.entries(settings))
      // how files are checked opens nothing
      if (scope !== 'machine' && !name.startsWith('lwm2m.language.')) assert.ok(restricted.has(name), name);
  });
});
