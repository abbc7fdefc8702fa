/** Stands for the research routes of the page's exchange, which answers them with 404. */
export function researchRoutes(): readonly never[] {
  return [];
}
