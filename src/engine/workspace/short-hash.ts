import { hash } from 'node:crypto';

/** 16 hexadecimal digits that stand for a text, the same everywhere (MD5 of its UTF-8): for ids, and no protection against anybody. */
export function shortHash(text: string): string {
  return hash('md5', text, 'hex').slice(0, 16);
}
