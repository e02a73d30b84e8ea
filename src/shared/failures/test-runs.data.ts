/**
 * What test runners print when no test ran, and when some did (pytest, unittest, Jest, Vitest, Mocha, Go, Cargo, JUnit under Maven and
 * Gradle, .NET, RSpec), after the messages these programs print; and how agents say that tests pass. Data.
 */

/** No test ran, though the program ended well. */
export const nothingTested =
  /\bno tests? (?:ran|found|to run|were run|were found|executed|files found)\b|\bno test files?\b|\bcollected 0 items\b|\bran 0 tests\b|\brunning 0 tests\b|\b0 (?:tests?|examples|specs)\b(?! failed)|\b0 passing\b|\btests run: 0\b|\bno test is available\b|\bno tests matching\b/i;

/** Tests did run, passed or not. */
export const testsRan =
  /\b[1-9]\d{0,6} (?:passed|passing|failed|failing|examples?|tests? passed|tests? failed)\b|\bcollected [1-9]|\bran [1-9]\d{0,6} tests?\b|\brunning [1-9]\d{0,6} tests?\b|^ok[ \t]+\S|^--- (?:PASS|FAIL)|^FAIL\t|\btests run: [1-9]|^# pass [1-9]/im;

/** An agent says that tests pass (English, German, French, Spanish, Portuguese). */
export const saidToPass =
  /\b(?:tests?|test suite|specs?)\b[^.!?\n]{0,40}\b(?:pass(?:es|ed|ing)?|green|succeed(?:s|ed)?|bestanden|bestehen|grün|laufen durch|durchgelaufen|réussi\w*|passent|au vert|verts?)|\b(?:tests|pruebas|testes)\b[^.!?\n]{0,40}\b(?:pasan|pasaron|pasado|en verde|passam|passaram|passando)|\b(?:pass(?:es|ed|ing)?|green)\b[^.!?\n]{0,30}\b(?:tests?|specs?)\b/i;
