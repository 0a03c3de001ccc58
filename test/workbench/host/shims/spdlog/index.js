/* eslint-disable @typescript-eslint/no-require-imports -- stands where VS Code expects a CommonJS module */
// In place of a native module: VS Code's log files, without rotation. Output channels show what stands in these files.
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];
const shownAs = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  #file;
  #level = levels.indexOf('info');
  #plain = false;
  #dropped = false;

  constructor(file) {
    this.#file = file;
  }
  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.#plain = true;
  }
  flush() {}
  drop() {
    this.#dropped = true;
  }
  write(level, message) {
    if (this.#dropped || level < this.#level) return;
    const time = new Date().toISOString().replace('T', ' ').slice(0, 23);
    const line = this.#plain ? message : `${time} [${shownAs[level]}] ${message}\n`;
    try {
      appendFileSync(this.#file, line);
    } catch {
      this.#dropped = true; // the profile is being removed under a server that ends
    }
  }
}
levels.forEach((name, level) => {
  Logger.prototype[name] = function (message) {
    this.write(level, message);
  };
});

const create = async (_name, file) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '', { flag: 'a' });
  return new Logger(file);
};

exports.version = 'shim';
exports.setLevel = () => undefined;
exports.setFlushOn = () => undefined;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
exports.Logger = Logger;
