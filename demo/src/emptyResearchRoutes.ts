/** Replaces the research routes and their jobs in the page's bundle; the page's exchange answers them with 404. */
export function researchRoutes(): readonly never[] {
  return [];
}

export function researchJobs(): readonly never[] {
  return [];
}
