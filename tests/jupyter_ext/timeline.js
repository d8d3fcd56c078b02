// Browsers have a timeline of measures; the page that jest simulates has none.
const timeline = {
  measure: () => undefined,
  getEntriesByType: () => [],
  clearMeasures: () => undefined
};
for (const [name, method] of Object.entries(timeline)) {
  Performance.prototype[name] ??= method;
}
