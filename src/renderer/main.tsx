/**
 * Where the page begins. What it is made of comes by a second step: the bundler may run shared modules before the entry's
 * own lines, and lib/fit-policy.ts (see index.html) has to run before any of them.
 */
void import('./app/page');
