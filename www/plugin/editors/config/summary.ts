/** What a folded section says of its numbers: those that are set, by what they are called. */
export function summaryOf(numbers: Array<[label: string, value: number | undefined]>): string {
  const set = numbers.filter(([, value]) => value !== undefined);
  return set.length === 0 ? 'defaults' : set.map(([label, value]) => `${label} ${value}`).join(', ');
}
