/** The value, which is known to be there; a generator that finds a hole stops instead of writing nonsense. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('the sample needs a value that is not there');
  return value;
}
