/**
 * A workspace as one file: packing into a .faultline.zip and unpacking one that came from elsewhere.
 * Packed are workspace.json, journal.jsonl and the imports; never the index, which is derived and, from somebody else,
 * not to be trusted. A zip is hostile until proven otherwise: names, kinds, sizes and sums are checked, nothing is
 * written outside a staging folder, and what is not part of a workspace is left out.
 */
import { createWriteStream } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ZipFile as ZipWriter } from 'yazl';
import { readWholeLines, removedImports } from './copy';
import { appear, readManifest, workspacePaths } from './folder';
import { NotAWorkspace } from './problem';

export interface UnpackLimits {
  entries: number;
  /** Of all files together, unpacked. */
  bytes: number;
  /** Unpacked to packed size of one file beyond `RATIO_FROM_BYTES`. */
  ratio: number;
}

const LIMITS: UnpackLimits = { entries: 100_000, bytes: 512 * 2 ** 30, ratio: 200 };
const RATIO_FROM_BYTES = 2 ** 20;
/** Names of files and folders in a workspace: nothing that another system could read as something else. */
const WANTED =
  /^(workspace\.json|journal\.jsonl|imports(\/(?!(con|prn|aux|nul|com\d|lpt\d)(\.|\/|$))[a-z0-9_][a-z0-9._-]{0,99}){2,4})$/i;

/** Whether a path is a zip file, by its first bytes. */
export async function isPacked(path: string): Promise<boolean> {
  if (!(await stat(path)).isFile()) return false;
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.readUInt32LE(0) === 0x04034b50;
  } finally {
    await file.close();
  }
}

/**
 * Packs the workspace at `root`, which may be open, into `zipPath`; an existing file there is replaced when the new one
 * is complete. Imports the analyst removed stay out.
 */
export async function packWorkspace(root: string, zipPath: string): Promise<void> {
  const paths = workspacePaths(root);
  await readManifest(root);
  const zip = new ZipWriter();
  zip.addFile(paths.manifest, 'workspace.json');
  zip.addBuffer(await readWholeLines(paths.journal), 'journal.jsonl');
  for (const name of await filesBelow(paths.imports, await removedImports(paths.journal))) {
    // Parquet is compressed already.
    zip.addFile(join(paths.imports, name), `imports/${name}`, { compress: !name.endsWith('.parquet') });
  }
  zip.end();
  const aside = `${zipPath}.partial`;
  try {
    const failed = new Promise<never>((_resolve, reject) => zip.on('error', reject));
    await Promise.race([pipeline(zip.outputStream, createWriteStream(aside, { flush: true })), failed]);
    await rename(aside, zipPath);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** Files below a folder as paths with `/`; links are no part of a workspace and are passed over. */
async function filesBelow(folder: string, without: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const path = name.replaceAll('\\', '/');
    if (without.has(path.split('/')[0] ?? '') || !WANTED.test(`imports/${path}`)) continue;
    if ((await lstat(join(folder, name))).isFile()) found.push(path);
  }
  return found.sort();
}

/**
 * Unpacks a packed workspace into the folder `path`, which must not exist and appears only when all is well.
 * Throws NotAWorkspace with the reason. `limits` other than the program's own are for tests.
 */
export async function unpackWorkspace(
  zipPath: string,
  path: string,
  limits: UnpackLimits = LIMITS,
): Promise<void> {
  const refuse = (reason: string) => new NotAWorkspace(`${zipPath} cannot be opened: ${reason}.`);
  let zip: ZipFile;
  try {
    zip = await openPromise(zipPath, { autoClose: false, strictFileNames: true });
  } catch (error) {
    throw refuse(`it is not a whole zip file (${messageOf(error)})`);
  }
  try {
    const entries = await checkedEntries(zip, limits, (await stat(zipPath)).size);
    await checkRoom(entries, dirname(path));
    await appear(path, async (paths) => {
      for (const { name, entry } of entries)
        await unpackEntry(zip, entry, join(paths.root, ...name.split('/')));
      await mkdir(paths.imports, { recursive: true });
      await mkdir(paths.exports);
      await readManifest(paths.root);
    });
  } catch (error) {
    throw error instanceof Refusal ? refuse(error.message) : error;
  } finally {
    zip.close();
  }
}

/** Why a zip is not opened, in the second half of a sentence. */
class Refusal extends Error {}

interface Wanted {
  name: string;
  entry: Entry;
}

async function checkedEntries(zip: ZipFile, limits: UnpackLimits, zipBytes: number): Promise<Wanted[]> {
  if (zip.entryCount > limits.entries)
    throw new Refusal(`it holds ${zip.entryCount} files, more than ${limits.entries}`);
  const entries = new Map<string, Entry>();
  let bytes = 0;
  let packedBytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      checkEntry(entry, limits);
      bytes += entry.uncompressedSize;
      packedBytes += entry.compressedSize;
      const same = entry.fileName.normalize('NFC').toLowerCase();
      if (entries.has(same)) throw new Refusal(`it holds ${JSON.stringify(entry.fileName)} twice`);
      entries.set(same, entry);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(messageOf(error));
  }
  if (bytes > limits.bytes) throw new Refusal(`it would unpack to ${bytes} bytes, more than ${limits.bytes}`);
  if (packedBytes > zipBytes) throw new Refusal('its files overlap');
  return wantedOf([...entries.values()]);
}

/** yauzl itself refuses absolute paths, `..` and backslashes. */
function checkEntry(entry: Entry, limits: UnpackLimits): void {
  const name = JSON.stringify(entry.fileName);
  const kind = (entry.externalFileAttributes >>> 16) & 0xf000;
  if (kind !== 0 && kind !== 0x8000 && kind !== 0x4000) throw new Refusal(`${name} is a link or a device`);
  if (entry.isEncrypted()) throw new Refusal(`${name} is encrypted`);
  if (!entry.canDecodeFileData()) throw new Refusal(`${name} is compressed in an unknown way`);
  if (
    entry.uncompressedSize > RATIO_FROM_BYTES &&
    entry.uncompressedSize > entry.compressedSize * limits.ratio
  ) {
    throw new Refusal(`${name} unpacks to more than ${limits.ratio} times its size`);
  }
}

/** The files of the workspace, also when whoever packed it put them into one folder. */
function wantedOf(entries: readonly Entry[]): Wanted[] {
  const manifests = entries.filter((entry) => /^([^/]+\/)?workspace\.json$/.test(entry.fileName));
  const top = manifests.find((entry) => entry.fileName === 'workspace.json') ?? manifests[0];
  if (!top) throw new Refusal('it holds no workspace.json');
  const folder = top.fileName.slice(0, -'workspace.json'.length);
  return entries
    .filter((entry) => entry.fileName.startsWith(folder) && !entry.fileName.endsWith('/'))
    .map((entry) => ({ name: entry.fileName.slice(folder.length), entry }))
    .filter(({ name }) => WANTED.test(name));
}

async function checkRoom(entries: readonly Wanted[], folder: string): Promise<void> {
  const bytes = entries.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  await mkdir(folder, { recursive: true });
  const disk = await statfs(folder);
  if (bytes > disk.bavail * disk.bsize)
    throw new Refusal(`it needs ${bytes} bytes, more than the disk has free`);
}

async function unpackEntry(zip: ZipFile, entry: Entry, path: string): Promise<void> {
  let sum = 0;
  const summed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
  });
  await mkdir(dirname(path), { recursive: true });
  try {
    const data = await zip.openReadStreamPromise(entry);
    await pipeline(data, summed, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }));
  } catch (error) {
    throw new Refusal(`${JSON.stringify(entry.fileName)} is damaged (${messageOf(error)})`);
  }
  if (sum !== entry.crc32)
    throw new Refusal(`${JSON.stringify(entry.fileName)} is damaged (its checksum does not fit)`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
