/**
 * A set as a test file for pytest or Vitest that runs by itself: cases as JSON inside one string, an agent named by an
 * environment variable, and the checks on texts. Cases that only the gate can decide are skipped with that reason.
 */
import type { RegressionSet } from '../../shared/model/regression';
import { chatOf, textChecks } from './portable-case';

interface PortableCase {
  id: string;
  name: string;
  messages: { role: string; content: string }[];
  expectation: string;
  checks: { operator: string; value: string; caseSensitive: boolean }[];
}

function portable(set: RegressionSet): PortableCase[] {
  return set.cases.map((one) => ({
    id: one.caseId,
    name: one.name,
    messages: chatOf(one),
    expectation: one.expectation,
    checks: textChecks(one).map(({ operator, value, isCaseSensitive }) => ({
      operator,
      value,
      caseSensitive: isCaseSensitive,
    })),
  }));
}

/**
 * JSON as a string literal that Python and JavaScript read alike: ASCII alone, so that no character of a trace can end the
 * literal or hide in it.
 */
function literal(value: unknown): string {
  const ascii = JSON.stringify(value).replace(
    /[\u007f-\uffff]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return JSON.stringify(escapeAstral(ascii));
}

/** Characters beyond the basic plane as two escapes, which JSON joins again. */
function escapeAstral(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    out += unit > 126 ? `\\u${unit.toString(16).padStart(4, '0')}` : text.charAt(i);
  }
  return out;
}

export function pytestFile(set: RegressionSet): string {
  return `"""Regression cases exported by Faultline. Run: FAULTLINE_AGENT=package.module:function pytest <this file>

The function takes a list of chat messages and returns the agent's last answer as text.
"""
import importlib
import json
import os
import re

import pytest

CASES = json.loads(${literal(portable(set))})


def ask(messages):
    name = os.environ.get("FAULTLINE_AGENT")
    if not name:
        pytest.skip("set FAULTLINE_AGENT=package.module:function to run the agent")
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function or "run")(messages)


def holds(check, text):
    value = check["value"]
    flags = 0 if check["caseSensitive"] else re.IGNORECASE
    if check["operator"].startswith("matches"):
        found = re.search(value, text, flags) is not None
    elif check["caseSensitive"]:
        found = value in text
    else:
        found = value.lower() in text.lower()
    return found != check["operator"].endswith("-not")


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case):
    if not case["checks"]:
        pytest.skip("decided by \`faultline gate\`: " + case["expectation"][:200])
    text = str(ask(case["messages"]))
    for check in case["checks"]:
        assert holds(check, text), f"{check['operator']} {check['value']!r}: expected {case['expectation']!r}"
`;
}

export function vitestFile(set: RegressionSet): string {
  return `// Regression cases exported by Faultline. Run: FAULTLINE_AGENT=./agent.mjs npx vitest run <this file>
// The module's default export takes a list of chat messages and returns the agent's last answer as text.
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const cases = JSON.parse(${literal(portable(set))});
const agent = process.env.FAULTLINE_AGENT;

function holds(check, text) {
  const found = check.operator.startsWith('matches')
    ? new RegExp(check.value, check.caseSensitive ? 'u' : 'iu').test(text)
    : check.caseSensitive
      ? text.includes(check.value)
      : text.toLowerCase().includes(check.value.toLowerCase());
  return found !== check.operator.endsWith('-not');
}

for (const one of cases) {
  test.skipIf(agent === undefined || one.checks.length === 0)(\`\${one.id} \${one.name}\`, async () => {
    const { default: ask } = await import(pathToFileURL(agent).href);
    const text = String(await ask(one.messages));
    for (const check of one.checks)
      expect(holds(check, text), \`\${check.operator} \${check.value}: expected \${one.expectation}\`).toBe(true);
  });
}
`;
}
