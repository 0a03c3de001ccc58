import { cpus, loadavg } from 'node:os';
import { printTable, type Bench, type Figure } from './figure';
import { blocks } from './figures/blocks';
import { handshakes } from './figures/handshakes';
import { language } from './figures/language';
import { large } from './figures/large';
import { lossy } from './figures/lossy';
import { memory } from './figures/memory';
import { registrations } from './figures/registrations';
import { requests } from './figures/requests';
import { responsiveness } from './figures/responsiveness';
import { secured } from './figures/secured';
import { start } from './figures/start';

const benches: Readonly<Record<string, Bench>> = {
  start,
  blocks,
  requests,
  registrations,
  memory,
  large,
  responsiveness,
  lossy,
  handshakes,
  secured,
  language,
};

async function main(asked: readonly string[]): Promise<void> {
  const chosen = asked.length > 0 ? asked : Object.keys(benches);
  const figures: Figure[] = [];
  const failed: string[] = [];
  console.log(
    `Node ${process.version}, ${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)} before it began\n`,
  );
  for (const name of chosen) {
    const say = (text: string) => console.error(`${name}: ${text}`);
    try {
      const measured = (await benches[name]?.(say)) ?? [];
      figures.push(...measured);
      console.log(`${printTable(measured)}\n`);
    } catch (error) {
      failed.push(name);
      console.error(`${name} could not be measured: ${error instanceof Error ? error.stack : error}`);
    }
  }
  if (chosen.length > 1) console.log(`\nAll together\n${printTable(figures)}`);
  if (failed.length > 0) console.log(`\nNot measured: ${failed.join(', ')}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

void main(process.argv.slice(2));
