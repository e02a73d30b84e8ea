import { describe, expect, it } from 'vitest';
import { toolOutcome } from './claude-tool-outcome';

const REFUSED =
  "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file). ";
const STOP = 'STOP what you are doing and wait for the user to tell you how to proceed.';

describe('how a tool call ended', () => {
  it.each([
    ['a refusal without a reason', `${REFUSED}${STOP}`, null],
    [
      'the reason of earlier versions',
      `${REFUSED}The user provided the following reason for the rejection:  use tabs`,
      'use tabs',
    ],
    [
      'the reason of later versions',
      `${REFUSED}To tell you how to proceed, the user said:\nuse tabs\nand no semicolons`,
      'use tabs\nand no semicolons',
    ],
    [
      'a reason before advice to the model',
      `${REFUSED}To tell you how to proceed, the user said:\nuse tabs\n\nNote: The user's next message may contain a correction or preference. Pay close attention.`,
      'use tabs',
    ],
    [
      'a refused plan',
      'The agent proposed a plan that was rejected by the user. The user chose to stay in plan mode.',
      null,
    ],
  ])('knows %s', (_, text, reason) => {
    const outcome = toolOutcome(text, true, `Error: ${text}`, null);
    expect(outcome).toMatchObject({
      status: 'rejected',
      rejectionReason: reason,
      statusMessage: reason ?? 'refused by the user',
    });
  });

  it('believes the line where it names a refusal', () => {
    expect(toolOutcome('', true, null, 'user-rejected').status).toBe('rejected');
    expect(toolOutcome('', false, 'User rejected tool use', null).status).toBe('rejected');
  });

  it('does not take quoted words for a refusal', () => {
    expect(toolOutcome(`${REFUSED}${STOP}`, false, null, null).status).toBe('ok');
    expect(toolOutcome(`grep: ${REFUSED}`, true, null, null)).toMatchObject({
      status: 'error',
      rejectionReason: null,
    });
  });

  it('tells a stopped call from a failed one', () => {
    expect(
      toolOutcome(`The user doesn't want to take this action right now. ${STOP}`, true, null, null).status,
    ).toBe('interrupted');
    expect(toolOutcome('[Request interrupted by user for tool use]', true, null, null).status).toBe(
      'interrupted',
    );
    expect(toolOutcome('half of it', false, { stdout: 'half of it', interrupted: true }, null).status).toBe(
      'interrupted',
    );
    expect(toolOutcome('', false, { interrupted: 'yes' }, null).status).toBe('ok');
  });

  it.each([
    [
      '<tool_use_error>File has not been read yet.</tool_use_error>',
      'tool_use_error',
      'File has not been read yet.',
    ],
    ['Exit code 127\n/bin/sh: lint: not found', 'exit_code', 'Exit code 127'],
    [
      "Claude requested permissions to use WebSearch, but you haven't granted it yet.",
      'permission',
      expect.stringContaining('WebSearch'),
    ],
    ['This command requires approval', 'permission', 'This command requires approval'],
    ['\n\nsomething else', null, 'something else'],
  ])('names the error of %j', (text, errorType, statusMessage) => {
    expect(toolOutcome(text, true, `Error: ${text}`, null)).toMatchObject({
      status: 'error',
      errorType,
      statusMessage,
    });
  });
});
