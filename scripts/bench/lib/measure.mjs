/** Runs a program and measures it with all its children: wall time, and the most memory they held together. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 50;

/** Resident bytes of a process and all below it; 0 where the system has no /proc. */
function treeRss(root) {
  let entries;
  try {
    entries = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  } catch {
    return 0;
  }
  const parents = new Map();
  const sizes = new Map();
  for (const pid of entries) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      parents.set(pid, /^PPid:\s+(\d+)/mu.exec(status)?.[1]);
      sizes.set(pid, Number(/^VmRSS:\s+(\d+)/mu.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It ended meanwhile.
    }
  }
  const isBelow = (pid) => pid === String(root) || (parents.has(pid) && isBelow(parents.get(pid)));
  return [...sizes].reduce((sum, [pid, size]) => (isBelow(pid) ? sum + size : sum), 0);
}

/** Runs a command to its end. Throws when it fails, but for `mayFail`. */
export function measured([program, ...args], env = {}, { mayFail = false } = {}) {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let peakRss = 0;
    const out = [];
    const problems = [];
    const process_ = spawn(program, args, { env: { ...process.env, ...env } });
    const timer = setInterval(() => {
      if (process_.pid !== undefined) peakRss = Math.max(peakRss, treeRss(process_.pid));
    }, EVERY_MS);
    process_.stdout.on('data', (chunk) => out.push(chunk));
    process_.stderr.on('data', (chunk) => problems.push(chunk));
    process_.once('error', (error) => {
      clearInterval(timer);
      if (mayFail) resolve({ status: -1, seconds: 0, peakRss: 0, stdout: '' });
      else reject(error);
    });
    process_.once('close', (status) => {
      clearInterval(timer);
      const seconds = (performance.now() - startedAt) / 1000;
      if (status !== 0 && !mayFail) reject(new Error(Buffer.concat(problems).toString('utf8').slice(-2000)));
      else resolve({ status, seconds, peakRss, stdout: Buffer.concat(out).toString('utf8') });
    });
  });
}
