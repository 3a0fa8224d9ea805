const most = 1000;

/** Calls `report` once for each text; at most 1,000 texts, so that what visitors can vary uses no memory. */
export function onceForEach(report: ((text: string) => void) | undefined): (text: string) => void {
  const reported = new Set<string>();
  return (text) => {
    if (reported.has(text) || reported.size >= most) return;
    reported.add(text);
    report?.(text);
  };
}
