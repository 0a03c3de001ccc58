/**
 * The peers on Eclipse Leshan's libraries: fetched by Maven and compiled once into `.cache/peers/leshan`, again only
 * when their sources or versions change.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { findProgram, preparedFolder, runWell } from '../process.mjs';

const folder = path.join('test', 'interop', 'peers', 'leshan');

/** The command lines of the device and the server, or what is missing. */
export async function leshan() {
  const java = findProgram('java');
  const javac = findProgram('javac');
  const mvn = findProgram('mvn');
  if (java === undefined || javac === undefined || mvn === undefined) {
    return {
      missing: 'the Leshan peers need a JDK of version 17 or newer and Maven (java, javac, mvn on the PATH)',
    };
  }
  const pom = path.join(folder, 'pom.xml');
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.java'))
    .sort()
    .map((name) => path.join(folder, name));
  try {
    const libraries = await preparedFolder('leshan-libraries', [pom], async (fresh) => {
      const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${path.resolve(fresh)}`];
      await runWell({ file: mvn, args: ['-B', '-q', '-f', pom, ...goal] }, { timeoutMs: 300_000 });
    });
    const classes = await preparedFolder('leshan-classes', [pom, ...sources], async (fresh) => {
      await runWell({
        file: javac,
        args: ['-encoding', 'UTF-8', '-d', fresh, '-cp', path.join(libraries, '*'), ...sources],
      });
    });
    const classPath = [classes, path.join(libraries, '*')].join(path.delimiter);
    const command = (main, args) => ({
      file: java,
      args: [
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        '-Dfile.encoding=UTF-8',
        '-cp',
        classPath,
        main,
        ...args.map(String),
      ],
    });
    return {
      peer: {
        device: (...args) => command('ForeignDevice', args),
        server: (...args) => command('ForeignServer', args),
      },
    };
  } catch (error) {
    return {
      missing: `the Leshan peers could not be prepared: ${error instanceof Error ? error.message : error}`,
    };
  }
}
