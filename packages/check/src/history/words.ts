/** A number of things in words: `1,234 operations`. */
export function count(number: number, thing: string): string {
  const digits = String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return `${digits} ${thing}${number === 1 ? '' : 's'}`
}
