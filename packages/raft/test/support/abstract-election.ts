import { Random } from '@quorate/sim'
import type { Expectation } from './election-race.ts'

/**
 * When the timers of the next term begin to run after a split vote. `own`: as in the algorithm (Raft, §5.2 and §9.3), each
 * when its server asked for votes or gave its own. `together`: as the closed form has it, all when the votes were given.
 */
export type Restart = 'own' | 'together'

/**
 * Elections without an engine, in units of the spread of timeouts, which are one to two spreads long. In each term the
 * first to time out asks for votes. Who times out before the request arrives, a latency later, asks too; the others give
 * their votes. A latency later the first one leads, or the vote is split.
 */
export function abstractElections(
  voters: number,
  live: number,
  latency: number,
  restart: Restart,
  elections: number,
): Expectation {
  const random = new Random(voters * 100 + live)
  const silence = Array.from({ length: live }, () => 0)
  let split = 0
  let time = 0
  for (let i = 0; i < elections; i++) {
    let starts = silence
    for (let term = 1; ; term++) {
      const ends = starts.map((start) => start + random.between(1, 2))
      const arrival = Math.min(...ends) + latency
      const candidates = ends.filter((end) => end <= arrival).length
      if (2 * (1 + live - candidates) > voters) {
        time += arrival + latency
        if (term > 1) split += 1
        break
      }
      starts = ends.map((end) => (restart === 'own' ? Math.min(end, arrival) : arrival))
    }
  }
  return { split: split / elections, time: time / elections }
}
