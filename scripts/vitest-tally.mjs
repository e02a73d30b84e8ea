/**
 * A reporter of vitest that leaves, in the file `FAULTLINE_TALLY` names, what `npm run check` says of the run: how many tests
 * passed and were skipped, and each failure by name. vitest's own report in JSON knows of no error outside a test (a hook, an
 * exception nobody caught, a worker that died), and of a test that ran out of time it does not say so.
 */
import { writeFileSync } from 'node:fs';

/** What failed outside a test, by where it stands: in a file's own code, or in the hooks of one of its suites. */
function failuresOutsideTests(module) {
  return [
    ...module.errors().map((error) => ({ name: module.relativeModuleId, error: error.message })),
    ...[...module.children.allSuites()].flatMap((suite) =>
      suite
        .errors()
        .map((error) => ({ name: `${module.relativeModuleId} > ${suite.fullName}`, error: error.message })),
    ),
  ];
}

export default class {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state) => tests.filter((test) => test.result().state === state);
    const failedTests = inState('failed').map((test) => ({
      name: `${test.module.relativeModuleId} > ${test.fullName}`,
      error: test.result().errors?.[0]?.message,
    }));
    // A worker that dies leaves its file pending, and says nothing of which it was.
    const unfinished = modules.filter((module) => ['queued', 'pending'].includes(module.state()));
    const unfinishedFiles = unfinished.map((module) => module.relativeModuleId).join(', ');
    const uncaught = unhandledErrors.map((error) => ({
      name: `${error.VITEST_TEST_PATH ?? unfinishedFiles} > outside any test`,
      error: [
        error.message,
        error.cause?.message,
        error.stack?.split('\n').find((line) => /^\s+at /.test(line)),
      ].join('\n'),
    }));
    const tally = {
      passed: inState('passed').length,
      skipped: tests.length - inState('passed').length - failedTests.length,
      failures: [...failedTests, ...modules.flatMap(failuresOutsideTests), ...uncaught],
    };
    writeFileSync(process.env.FAULTLINE_TALLY, JSON.stringify(tally));
  }
}
