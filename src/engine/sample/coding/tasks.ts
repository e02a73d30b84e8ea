/** What developers ask the coding agent to do. Slots: the names of the stack (list, get, create …), entity, entities, value, error. */
import type { Templates } from '../grammar';
import type { Names, TaskKey } from './stack';

export interface Task {
  key: TaskKey;
  /** The function and the file the change is about. */
  fn: keyof Names;
  file: 'service' | 'dates' | 'client';
  /** Verb phrase: 'add paging to listInvoices'. */
  asked: string;
  requests: Templates;
  /** The same in other words. */
  again: Templates;
  /** Possible values, right and (plausibly) wrong, and how they are said. */
  values?: readonly (readonly [right: number, wrong: number])[];
  unit?: string;
  /** A bug report: the agent first runs the failing test. */
  isBug?: true;
  done: Templates;
  commit: string;
}

export const tasks: readonly Task[] = [
  {
    key: 'paginate',
    fn: 'list',
    file: 'service',
    asked: 'add paging to {list}',
    requests: [
      '{list} returns everything at once. Please add paging, {value} per page, with the page number as a parameter.',
      't~add pagination to {list}, page size {value}',
      'GET /{entities} is slow for big customers. Can you page it? {value} rows per page.',
      'p~Could you add paging to {list}? {value} per page would be good.',
      'we need a page parameter on GET /{entities}, {value} {entities} per page, newest first as now',
    ],
    again: [
      '{list} should return one page of {value} at a time',
      'I want GET /{entities}?page=2 to return rows {value} onwards',
    ],
    values: [
      [50, 20],
      [25, 100],
      [100, 10],
      [40, 50],
    ],
    unit: '{value} per page',
    done: [
      '{list} now takes a page number and returns {value} rows at a time; page 0 is the default, so existing callers keep working.',
      'Paging is in: {value} per page, page 0 by default. The route passes the parameter on.',
      'Done. {list} reads {value} rows per page, newest first as before.',
    ],
    commit: 'Page the list of {entities}',
  },
  {
    key: 'time-zone',
    fn: 'parseDay',
    file: 'dates',
    asked: 'fix the off-by-one day in {parseDay}',
    requests: [
      '{entities} entered for 29 March show up on the 28th. I think {parseDay} uses local time. The test fails with\n\n{error}',
      't~fix: {error}',
      'Users in Berlin see the day before the one they entered. Can you find out why and fix it? CI says: {error}',
      'p~There is an off-by-one day somewhere in the dates of {entities}. Could you fix it? The failing test says "{error}".',
      'the date of a new {entity} is one day early when the server is not on UTC:\n{error}',
    ],
    again: [
      'a day that goes in as 2026-03-29 must come out as 2026-03-29',
      'dates of {entities} must not depend on the time zone of the server',
    ],
    isBug: true,
    done: [
      '{parseDay} built the date in local time and it was read back as UTC. It now uses UTC throughout and the test passes.',
      'Fixed: the day is parsed as UTC, so it no longer moves. The test that failed passes now.',
      'The cause was local time in {parseDay}. With UTC the day stays the same on every server.',
    ],
    commit: 'Parse days as UTC',
  },
  {
    key: 'timeout',
    fn: 'callPartner',
    file: 'client',
    asked: 'raise the timeout of the {partner} client',
    requests: [
      'The {partner} service takes longer than five seconds at month end. Please raise the timeout in {callPartner} to {value} seconds.',
      't~{partner} client timeout -> {value}s',
      'we get "{error}" from the {partner} client. set the timeout to {value} seconds',
      'p~Could you set the timeout of the {partner} client to {value} seconds?',
      '{callPartner} gives up too early, it should wait {value} seconds',
    ],
    again: [
      '{callPartner} has to wait {value} seconds before it gives up',
      'timeout {value} seconds in the {partner} client',
    ],
    values: [
      [30, 3],
      [20, 10],
      [45, 15],
      [15, 60],
    ],
    unit: '{value} seconds',
    done: [
      'The timeout of {callPartner} is {value} seconds now.',
      'Done, {callPartner} waits {value} seconds before it fails.',
      'I have raised the timeout to {value} seconds; nothing else in the client changes.',
    ],
    commit: 'Wait longer for the {partner} service',
  },
  {
    key: 'limit-amount',
    fn: 'create',
    file: 'service',
    asked: 'validate {amount} in {create}',
    requests: [
      '{create} accepts any {amount}. Please reject values of zero or less and anything above {value}.',
      't~validate {amount} in {create}: >0 and <= {value}',
      'someone created {entities} with a negative {amount}. add a check in {create}, upper limit {value}',
      'p~Could you add a check to {create}, so that {amount} has to be positive and at most {value}?',
      'we need input validation in {create}: {amount} between 0 (exclusive) and {value}',
    ],
    again: [
      '{create} must refuse a {amount} that is negative, zero or above {value}',
      'a {amount} of -5 or {value} plus one should be an error in {create}',
    ],
    values: [
      [10000, 1000],
      [5000, 50000],
      [2500, 25000],
      [999, 9999],
    ],
    unit: 'a limit of {value}',
    done: [
      '{create} now rejects a {amount} of zero or less and anything above {value}.',
      'The check is in {create}: above 0 and up to {value}, otherwise it raises an error.',
      'Added. Values outside of 0 to {value} are refused before anything is written.',
    ],
    commit: 'Check the {amount} of new {entities}',
  },
  {
    key: 'not-found',
    fn: 'get',
    file: 'service',
    asked: 'make {get} fail properly for an unknown id',
    requests: [
      'GET /{entities}/:id with an unknown id gives a 500. It should be a clean not-found error from {get}.',
      't~{get} should raise not found for unknown ids',
      'an unknown {entity} id ends in "{error}". Please handle that in {get}',
      'p~Could you make {get} raise a proper not-found error when the {entity} does not exist?',
      'clients send stale ids and we answer 500 instead of 404, the cause is {get}',
    ],
    again: [
      '{get} must not return nothing, it should raise a not-found error',
      'unknown {entity} id means 404, not 500',
    ],
    isBug: true,
    done: [
      '{get} raises a not-found error for unknown ids now, which the error handler turns into a 404.',
      'An unknown id leads to a 404 now instead of a 500.',
      'Done: {get} checks for the missing row and raises the not-found error we already have.',
    ],
    commit: 'Answer 404 for unknown {entities}',
  },
  {
    key: 'csv-export',
    fn: 'summary',
    file: 'service',
    asked: 'add a CSV export of {entities}',
    requests: [
      'Accounting wants the {entities} as CSV: id, {amount} and the day. Put the function next to {summary}.',
      't~csv export for {entities} (id, {amount}, day)',
      'can you write a function that turns {entities} into CSV? header plus one line each, id, {amount}, day',
      'p~We need a CSV export of {entities} with three columns: id, {amount}, day. Could you add it to {service}?',
      'add a CSV writer for {entities} next to {summary}, comma separated with a header',
    ],
    again: [
      'I need a function that takes {entities} and returns CSV text with id, {amount} and day',
      'CSV with a header line and one line per {entity}, three columns',
    ],
    done: [
      'The CSV function is next to {summary}: a header and one line per {entity} with id, {amount} and day.',
      'Added to {service}. Three columns, comma separated, with a header.',
      'Done. It writes id, {amount} and the day, one {entity} per line.',
    ],
    commit: 'Export {entities} as CSV',
  },
  {
    key: 'cache',
    fn: 'get',
    file: 'service',
    asked: 'cache {get}',
    requests: [
      '{get} is called dozens of times per request. Please cache the row for {value} seconds, in memory is fine.',
      't~cache {get}, {value}s, in memory',
      'add a small in-memory cache to {get} ({value} seconds)',
      'p~Could you put a simple cache in front of {get}? {value} seconds are enough.',
      'the profile shows thousands of queries from {get}. cache it for {value} s',
    ],
    again: [
      '{get} should only go to the database once in {value} seconds per id',
      'a second call of {get} with the same id must not query again within {value} seconds',
    ],
    values: [
      [60, 600],
      [300, 30],
      [30, 300],
      [120, 12],
    ],
    unit: '{value} seconds',
    done: [
      '{get} keeps each row in memory for {value} seconds now.',
      'The cache is in place: {value} seconds per id, nothing is shared between processes.',
      'Done. Repeated calls of {get} within {value} seconds are served from memory.',
    ],
    commit: 'Cache single {entities}',
  },
  {
    key: 'rename-summary',
    fn: 'summary',
    file: 'service',
    asked: 'rename {summary} to {newSummary}',
    requests: [
      'Please rename {summary} to {newSummary}, the old name says nothing.',
      't~rename {summary} -> {newSummary}',
      '{summary} in {service} should be called {newSummary}. Update the callers.',
      'p~Could you rename {summary} to {newSummary} and adjust its callers?',
      'rename {summary} to {newSummary} everywhere it is used',
    ],
    again: [
      'the function {summary} should be called {newSummary} from now on',
      'no {summary} any more, it is {newSummary}',
    ],
    done: [
      '{summary} is called {newSummary} now, and the routes use the new name.',
      'Renamed, with its callers. No other names change.',
      'Done: {newSummary} in the service and in the routes.',
    ],
    commit: 'Rename {summary} to {newSummary}',
  },
  {
    key: 'logging',
    fn: 'create',
    file: 'service',
    asked: 'use the logger in {create}',
    requests: [
      'There is a leftover print in {create}. Use our logger instead, level info.',
      't~replace the print in {create} with the logger',
      'please get rid of the console output in {create} and log it properly',
      'p~Could you replace the print statement in {create} by a proper log line?',
      'ops complains about unstructured output from {create}. use the logger (info)',
    ],
    again: ['no prints in {create}, the logger with level info', '{create} should log through our logger'],
    done: [
      '{create} writes through the logger now, level info, with the owner as a field.',
      'The print is gone; the same message goes to the logger.',
      'Done, one line changed plus the import.',
    ],
    commit: 'Log new {entities} through the logger',
  },
  {
    key: 'retry',
    fn: 'callPartner',
    file: 'client',
    asked: 'retry in {callPartner} on server errors',
    requests: [
      'The {partner} service answers 503 now and then. Please retry in {callPartner}, up to {value} attempts, only for 5xx.',
      't~retry 5xx in {callPartner}, {value} attempts',
      'add retries to the {partner} client: {value} attempts, server errors only',
      'p~Could you let {callPartner} try up to {value} times when the server answers with a 5xx?',
      '{callPartner} should not fail on the first 503, {value} attempts are ok',
    ],
    again: [
      'a 503 from the {partner} service should be tried {value} times before it is an error',
      '{value} attempts in total for 5xx in {callPartner}',
    ],
    values: [
      [3, 5],
      [4, 10],
      [2, 3],
      [5, 2],
    ],
    unit: '{value} attempts',
    done: [
      '{callPartner} now makes up to {value} attempts when the server answers 5xx. Other errors fail at once.',
      'Retries are in, {value} attempts, server errors only.',
      'Done. 4xx still fails immediately, 5xx is tried {value} times.',
    ],
    commit: 'Retry server errors of the {partner} service',
  },
];

export interface Question {
  /** As a clause: 'where the timeout is set'. */
  asked: string;
  questions: Templates;
  right: string;
  /** What the agent explains instead, and how that topic is called in a clause. */
  wrong: string;
  side: string;
  pattern: 'get' | 'list' | 'callPartner' | 'summary' | 'parseDay';
}

export const questions: readonly Question[] = [
  {
    asked: 'why an unknown id ends in a 500',
    questions: [
      'why does an unknown id in GET /{entities}/:id end in a 500? just explain, no changes please',
      't~why 500 for unknown {entity} id?',
      'p~Could you explain why an unknown {entity} id leads to a 500? I do not need a fix yet.',
    ],
    right:
      '{get} passes on whatever the database answers, and for an unknown id that is nothing it could use. There is no check for it, so the request fails further on, and the error handler turns any unexpected error into a 500.',
    wrong:
      '{list} reads all rows of the owner, newest first, and the route returns them as JSON. Authentication happens before that, in the middleware that sets the owner.',
    side: 'how the list works',
    pattern: 'get',
  },
  {
    asked: 'where the timeout of the {partner} client is set',
    questions: [
      'where is the timeout for the {partner} calls set, and can it be overridden?',
      't~where is the {partner} timeout?',
      'p~Where would I have to look for the timeout of the {partner} client?',
    ],
    right:
      'It is a constant at the top of {client} and cannot be overridden: {callPartner} uses it directly.',
    wrong:
      '{callPartner} sends a POST with a JSON body to the address from the configuration and raises an error for every status of 400 and above.',
    side: 'how {callPartner} sends the request',
    pattern: 'callPartner',
  },
  {
    asked: 'who calls {summary}',
    questions: [
      'which endpoints use {summary}? I want to know before I touch it',
      't~who calls {summary}?',
      'p~Could you list the callers of {summary}, please?',
    ],
    right:
      'Only one: the summary route in {routes}. It calls {list} and passes the rows on. The test calls it directly.',
    wrong:
      '{summary} walks over the rows once, adds up {amount} and returns the count and the total. For an empty list both are zero.',
    side: 'what {summary} does',
    pattern: 'summary',
  },
  {
    asked: 'whether the order of {list} is guaranteed',
    questions: [
      'is the order of {list} guaranteed when two {entities} were created in the same second?',
      't~is the order of {list} stable?',
      'p~Do you know whether {list} has a stable order for rows with the same timestamp?',
    ],
    right:
      'No. It sorts by the creation time only; for equal times the database is free to return them in any order. A second sort key such as the id would make it stable.',
    wrong:
      '{list} takes the owner and returns all {entities} of that owner. Archived ones are included, because there is no filter on the archive date.',
    side: 'which rows {list} returns',
    pattern: 'list',
  },
  {
    asked: 'what {parseDay} does with an invalid date',
    questions: [
      'what does {parseDay} do with something like 2026-02-31?',
      't~{parseDay} with an invalid day?',
      'p~What happens when {parseDay} gets a day that does not exist?',
    ],
    right: '{parseDay} does no check of its own. {invalidDay}',
    wrong:
      '{parseDay} is used by {create} to turn the entered text into a date; the opposite direction is done by the format function in the same file.',
    side: 'where {parseDay} is used',
    pattern: 'parseDay',
  },
];
