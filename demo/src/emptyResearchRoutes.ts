/** Replaces the research routes in the page's bundle; the page's exchange answers them with 404. */
export function researchRoutes(): readonly never[] {
  return [];
}
