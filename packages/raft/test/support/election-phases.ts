import type { Expectation } from './election-race.ts'

/** Servers whose timers have begun alike. Times are in spreads, from a spread after the last request arrived. */
interface Group {
  readonly size: number
  /** The chance that a timer runs out after `t` … */
  readonly after: (t: number) => number
  /** … and its density at `t`. */
  readonly density: (t: number) => number
}

/** One term: when the first timer runs out, in the mean, and how likely each number of candidates is. */
interface Term {
  readonly first: number
  readonly candidates: readonly number[]
}

/**
 * The closed form of the Raft thesis, §9.4.1, without its assumption that after a split vote all timers begin anew
 * together. The timer of the first candidate has then run for a latency when its request arrives, those of the others for
 * a part of that, drawn evenly, and those of the voters begin. What comes next depends on how many candidates there were:
 * with `t(k)` the mean time from there to a leader, and `p(k, j)` the chance of `j` candidates after `k`,
 *
 * `t(k) = 1 + first(k) + latency + Σ p(k, j) · (t(j) if j candidates split the vote, else a latency)`
 *
 * of which `t(0)` is wanted. (Evenly: that is exact after the first split vote, and nearly so after others.)
 */
export function phasedForm(voters: number, live: number, latency: number): Expectation {
  const crowd = live - Math.floor(voters / 2) + 1
  const terms = Array.from({ length: live + 1 }, (_, k) => termAfter(k, live, latency))
  let times = terms.map(() => 0)
  // Each round adds a split vote more: 200 of them leave nothing to add.
  for (let round = 0; round < 200; round++) {
    times = terms.map(({ first, candidates }) =>
      candidates.reduce(
        (sum, chance, k) => sum + chance * (k < crowd ? latency : times[k]!),
        1 + first + latency,
      ),
    )
  }
  const split = terms[0]!.candidates.slice(crowd).reduce((sum, chance) => sum + chance, 0)
  return { split, time: times[0]! }
}

function termAfter(before: number, live: number, latency: number): Term {
  const groups = groupsAfter(before, live, latency)
  const candidates = Array.from({ length: live + 1 }, () => 0)
  let first = 0
  // Between these marks all functions are smooth.
  const marks = [-latency, 0, 1 - 2 * latency, 1 - latency, 1]
  const slices = 40
  for (let i = 0; i + 1 < marks.length; i++) {
    const width = (marks[i + 1]! - marks[i]!) / slices
    for (let slice = 0; slice < slices; slice++) {
      const t = marks[i]! + (slice + 0.5) * width
      for (const [others, chance] of othersWithin(groups, t, latency).entries()) {
        first += t * chance * width
        candidates[others + 1]! += chance * width
      }
    }
  }
  return { first, candidates }
}

/** The density of the first timer's running out at `t`, with so many others (0, 1, …) within a latency after it. */
function othersWithin(groups: readonly Group[], t: number, latency: number): number[] {
  const sums: number[] = []
  for (const one of groups) {
    let chances = [one.size * one.density(t)]
    for (const group of groups) {
      const later = group.after(t + latency)
      const within = group.after(t) - later
      for (let others = group === one ? group.size - 1 : group.size; others > 0; others--) {
        chances = [...chances, 0].map((chance, i) => chance * later + (chances[i - 1] ?? 0) * within)
      }
    }
    for (const [others, chance] of chances.entries()) sums[others] = (sums[others] ?? 0) + chance
  }
  return sums
}

/** The servers after a vote with `candidates`; before the first one all are alike. */
function groupsAfter(candidates: number, live: number, l: number): Group[] {
  const first: Group = {
    size: Math.min(1, candidates),
    after: (t) => share(1 - t - l),
    density: (t) => (t < 1 - l ? 1 : 0),
  }
  const others: Group = {
    size: Math.max(0, candidates - 1),
    after: (t) => {
      if (t < 0) return 1 - Math.max(0, t + l) ** 2 / (2 * l)
      return t < 1 - l ? 1 - t - l / 2 : Math.max(0, 1 - t) ** 2 / (2 * l)
    },
    density: (t) => (t < 0 ? (t + l) / l : Math.min(1, (1 - t) / l)),
  }
  const voters: Group = {
    size: live - candidates,
    after: (t) => share(1 - t),
    density: (t) => (t < 0 ? 0 : 1),
  }
  return [first, others, voters].filter(({ size }) => size > 0)
}

function share(x: number): number {
  return Math.min(1, Math.max(0, x))
}
