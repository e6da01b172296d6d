// Starts the one-machine host on a free port, calls its API with the compiled client, and stops it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'twostory-client-'));
const host = spawn(
  'dotnet',
  ['run', '--no-build', '--project', 'src/TwoStory.Local', '--', '--no-demo', '--port', '0', '--data', data],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
const ended = new Promise((resolve) => host.once('exit', resolve));

try {
  process.exitCode = await walk(await addressOf(host));
} finally {
  if (host.exitCode === null) process.kill(-host.pid, 'SIGTERM');
  await ended;
  rmSync(data, { recursive: true, force: true });
}

function addressOf(process) {
  return new Promise((resolve, reject) => {
    process.once('exit', (code) => reject(new Error(`The host ended with ${code} before it served requests.`)));
    createInterface({ input: process.stdout }).on('line', (line) => {
      const serving = /^Serving (\S+) /.exec(line);
      if (serving) resolve(serving[1]);
    });
  });
}

function walk(address) {
  const script = fileURLToPath(new URL('dist/walk.js', import.meta.url));
  return new Promise((resolve) => spawn('node', [script, address], { stdio: 'inherit' }).once('exit', resolve));
}
