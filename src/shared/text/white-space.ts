/** Runs of white space as an RE2 pattern for SQL: what `\s+` is in JavaScript, where RE2's own `\s` knows ASCII alone. */
export const whiteSpaceRe2 = String.raw`[\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]+`;
