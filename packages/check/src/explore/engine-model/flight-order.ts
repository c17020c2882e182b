import type { Components } from './components.ts'

/** By what messages under way are sorted: by link if links keep order, else by their numbers. */
export function flightOrder(components: Components, keepsOrder: boolean): (flight: number) => number {
  if (!keepsOrder) return (flight) => flight
  return (flight) => {
    const { from, to } = components.flights[flight]!
    return from * 8 + to
  }
}

/** Adds a flight to those from position `first` on, in order; behind those that are equal in it. */
export function insert(
  flights: number[],
  first: number,
  flight: number,
  orderOf: (flight: number) => number,
): void {
  const order = orderOf(flight)
  let at = flights.length
  while (at > first && orderOf(flights[at - 1]!) > order) {
    flights[at] = flights[at - 1]!
    at -= 1
  }
  flights[at] = flight
}
