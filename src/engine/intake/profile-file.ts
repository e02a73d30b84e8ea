/** Mapping profiles as files, for colleagues and for the command line. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MappingProfile } from '../../shared/model/source';

/** Writes a profile as JSON into a folder, which is made where it is absent; gives its path and name. Throws as the file system does. */
export async function writeProfile(
  profile: MappingProfile,
  folder: string,
): Promise<{ path: string; name: string }> {
  const plain = profile.name.replace(/[^\p{L}\p{N}._ -]+/gu, '-').replace(/^[. ]+/, '');
  const name = `${plain || 'mapping'}.mapping.json`;
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(path, `${JSON.stringify(profile, null, 2)}\n`);
  return { path, name };
}
