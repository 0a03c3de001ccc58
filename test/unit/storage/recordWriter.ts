/** Writes a record over and over until it is killed; tells its number first, then each write. */
import { RecordFolder } from '../../../src/storage/recordFolder';

const [folder = ''] = process.argv.slice(2);
const records = new RecordFolder(folder, `writer ${process.pid}`, 500);
console.log(process.pid);

function write(n: number): void {
  records.write('1-run', { n, events: Array.from({ length: 2000 }, (_, i) => ({ i, text: `step ${n}` })) });
  console.log(n);
  setImmediate(() => write(n + 1));
}
write(0);
