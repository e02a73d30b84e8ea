// MD5, https://www.rfc-editor.org/rfc/rfc1321, as DuckDB and node:crypto have it. After words.as.


// @ts-ignore: decorator
@inline
function turned(a: u32, b: u32, mixed: u32, m: u32, sine: u32, by: u32): u32 {
  return b + rotl<u32>(a + mixed + m + sine, by);
}

let md5A: u32 = 0;
let md5B: u32 = 0;
let md5C: u32 = 0;
let md5D: u32 = 0;

/** Takes in a block of 64 bytes. */
function md5Block(p: usize): void {
  let a = md5A;
  let b = md5B;
  let c = md5C;
  let d = md5D;
  a = turned(a, b, d ^ (b & (c ^ d)), load<u32>(p, 0), 0xd76aa478, 7);
  d = turned(d, a, c ^ (a & (b ^ c)), load<u32>(p, 4), 0xe8c7b756, 12);
  c = turned(c, d, b ^ (d & (a ^ b)), load<u32>(p, 8), 0x242070db, 17);
  b = turned(b, c, a ^ (c & (d ^ a)), load<u32>(p, 12), 0xc1bdceee, 22);
  a = turned(a, b, d ^ (b & (c ^ d)), load<u32>(p, 16), 0xf57c0faf, 7);
  d = turned(d, a, c ^ (a & (b ^ c)), load<u32>(p, 20), 0x4787c62a, 12);
  c = turned(c, d, b ^ (d & (a ^ b)), load<u32>(p, 24), 0xa8304613, 17);
  b = turned(b, c, a ^ (c & (d ^ a)), load<u32>(p, 28), 0xfd469501, 22);
  a = turned(a, b, d ^ (b & (c ^ d)), load<u32>(p, 32), 0x698098d8, 7);
  d = turned(d, a, c ^ (a & (b ^ c)), load<u32>(p, 36), 0x8b44f7af, 12);
  c = turned(c, d, b ^ (d & (a ^ b)), load<u32>(p, 40), 0xffff5bb1, 17);
  b = turned(b, c, a ^ (c & (d ^ a)), load<u32>(p, 44), 0x895cd7be, 22);
  a = turned(a, b, d ^ (b & (c ^ d)), load<u32>(p, 48), 0x6b901122, 7);
  d = turned(d, a, c ^ (a & (b ^ c)), load<u32>(p, 52), 0xfd987193, 12);
  c = turned(c, d, b ^ (d & (a ^ b)), load<u32>(p, 56), 0xa679438e, 17);
  b = turned(b, c, a ^ (c & (d ^ a)), load<u32>(p, 60), 0x49b40821, 22);
  a = turned(a, b, c ^ (d & (b ^ c)), load<u32>(p, 4), 0xf61e2562, 5);
  d = turned(d, a, b ^ (c & (a ^ b)), load<u32>(p, 24), 0xc040b340, 9);
  c = turned(c, d, a ^ (b & (d ^ a)), load<u32>(p, 44), 0x265e5a51, 14);
  b = turned(b, c, d ^ (a & (c ^ d)), load<u32>(p, 0), 0xe9b6c7aa, 20);
  a = turned(a, b, c ^ (d & (b ^ c)), load<u32>(p, 20), 0xd62f105d, 5);
  d = turned(d, a, b ^ (c & (a ^ b)), load<u32>(p, 40), 0x02441453, 9);
  c = turned(c, d, a ^ (b & (d ^ a)), load<u32>(p, 60), 0xd8a1e681, 14);
  b = turned(b, c, d ^ (a & (c ^ d)), load<u32>(p, 16), 0xe7d3fbc8, 20);
  a = turned(a, b, c ^ (d & (b ^ c)), load<u32>(p, 36), 0x21e1cde6, 5);
  d = turned(d, a, b ^ (c & (a ^ b)), load<u32>(p, 56), 0xc33707d6, 9);
  c = turned(c, d, a ^ (b & (d ^ a)), load<u32>(p, 12), 0xf4d50d87, 14);
  b = turned(b, c, d ^ (a & (c ^ d)), load<u32>(p, 32), 0x455a14ed, 20);
  a = turned(a, b, c ^ (d & (b ^ c)), load<u32>(p, 52), 0xa9e3e905, 5);
  d = turned(d, a, b ^ (c & (a ^ b)), load<u32>(p, 8), 0xfcefa3f8, 9);
  c = turned(c, d, a ^ (b & (d ^ a)), load<u32>(p, 28), 0x676f02d9, 14);
  b = turned(b, c, d ^ (a & (c ^ d)), load<u32>(p, 48), 0x8d2a4c8a, 20);
  a = turned(a, b, b ^ c ^ d, load<u32>(p, 20), 0xfffa3942, 4);
  d = turned(d, a, a ^ b ^ c, load<u32>(p, 32), 0x8771f681, 11);
  c = turned(c, d, d ^ a ^ b, load<u32>(p, 44), 0x6d9d6122, 16);
  b = turned(b, c, c ^ d ^ a, load<u32>(p, 56), 0xfde5380c, 23);
  a = turned(a, b, b ^ c ^ d, load<u32>(p, 4), 0xa4beea44, 4);
  d = turned(d, a, a ^ b ^ c, load<u32>(p, 16), 0x4bdecfa9, 11);
  c = turned(c, d, d ^ a ^ b, load<u32>(p, 28), 0xf6bb4b60, 16);
  b = turned(b, c, c ^ d ^ a, load<u32>(p, 40), 0xbebfbc70, 23);
  a = turned(a, b, b ^ c ^ d, load<u32>(p, 52), 0x289b7ec6, 4);
  d = turned(d, a, a ^ b ^ c, load<u32>(p, 0), 0xeaa127fa, 11);
  c = turned(c, d, d ^ a ^ b, load<u32>(p, 12), 0xd4ef3085, 16);
  b = turned(b, c, c ^ d ^ a, load<u32>(p, 24), 0x04881d05, 23);
  a = turned(a, b, b ^ c ^ d, load<u32>(p, 36), 0xd9d4d039, 4);
  d = turned(d, a, a ^ b ^ c, load<u32>(p, 48), 0xe6db99e5, 11);
  c = turned(c, d, d ^ a ^ b, load<u32>(p, 60), 0x1fa27cf8, 16);
  b = turned(b, c, c ^ d ^ a, load<u32>(p, 8), 0xc4ac5665, 23);
  a = turned(a, b, c ^ (b | ~d), load<u32>(p, 0), 0xf4292244, 6);
  d = turned(d, a, b ^ (a | ~c), load<u32>(p, 28), 0x432aff97, 10);
  c = turned(c, d, a ^ (d | ~b), load<u32>(p, 56), 0xab9423a7, 15);
  b = turned(b, c, d ^ (c | ~a), load<u32>(p, 20), 0xfc93a039, 21);
  a = turned(a, b, c ^ (b | ~d), load<u32>(p, 48), 0x655b59c3, 6);
  d = turned(d, a, b ^ (a | ~c), load<u32>(p, 12), 0x8f0ccc92, 10);
  c = turned(c, d, a ^ (d | ~b), load<u32>(p, 40), 0xffeff47d, 15);
  b = turned(b, c, d ^ (c | ~a), load<u32>(p, 4), 0x85845dd1, 21);
  a = turned(a, b, c ^ (b | ~d), load<u32>(p, 32), 0x6fa87e4f, 6);
  d = turned(d, a, b ^ (a | ~c), load<u32>(p, 60), 0xfe2ce6e0, 10);
  c = turned(c, d, a ^ (d | ~b), load<u32>(p, 24), 0xa3014314, 15);
  b = turned(b, c, d ^ (c | ~a), load<u32>(p, 52), 0x4e0811a1, 21);
  a = turned(a, b, c ^ (b | ~d), load<u32>(p, 16), 0xf7537e82, 6);
  d = turned(d, a, b ^ (a | ~c), load<u32>(p, 44), 0xbd3af235, 10);
  c = turned(c, d, a ^ (d | ~b), load<u32>(p, 8), 0x2ad7d2bb, 15);
  b = turned(b, c, d ^ (c | ~a), load<u32>(p, 36), 0xeb86d391, 21);
  md5A += a;
  md5B += b;
  md5C += c;
  md5D += d;
}

/** Writes the hash of what stands between two places; more is written behind it. */
function md5(out: usize, from: usize, end: usize): void {
  md5A = 0x67452301;
  md5B = 0xefcdab89;
  md5C = 0x98badcfe;
  md5D = 0x10325476;
  const size = end - from;
  const padded = (size + 72) & ~63;
  store<u8>(end, 0x80);
  memory.fill(end + 1, 0, padded - size - 1);
  store<u64>(from + padded - 8, <u64>size * 8);
  for (let p = from; p < from + padded; p += 64) md5Block(p);
  store<u32>(out, md5A);
  store<u32>(out, md5B, 4);
  store<u32>(out, md5C, 8);
  store<u32>(out, md5D, 12);
}
