/** Why counts differ from an index made with small scripts and regular expressions, by format and metric. Data only. */

/** Files that are no traces, and why. */
export const NOT_TRACES = [{ pattern: /\/LICENSE(\.\w+)?$/i, why: 'a licence' }];

/** format -> metric -> more/fewer -> why. */
export const CAUSES = {};
