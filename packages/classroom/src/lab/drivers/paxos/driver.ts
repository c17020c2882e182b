import type { Episode, LabDriver, Replay, Step, StudentTest, TestRun } from '../../driver.ts'
import { LabFault } from '../../guard/lab-fault.ts'
import { type Watch, thrown } from '../../guard/watch.ts'
import { basics } from './basics.ts'
import { Bench } from './bench.ts'
import { Cluster, type PaxosStep, type Setting } from './cluster.ts'
import { explore } from './explore.ts'
import { goals } from './goals.ts'
import { Implementation, places } from './implementation.ts'
import { randomRun } from './random-run.ts'

/** Single-decree Paxos, after Lamport, *Paxos Made Simple* (2001): section numbers in this directory are that paper's. */
export const driver: LabDriver<Implementation> = {
  places,
  subject: (module, watch) => new Implementation(module, watch),
  basics,
  runSeed: (code, seed): Episode => randomRun(code, seed).episode(),
  explore,
  replay,
  goals,
  runTest,
}

function replay(code: Implementation, setting: Step, steps: readonly Step[]): Replay {
  const { proposers, acceptors } = setting as unknown as Setting
  const cluster = new Cluster(code, { proposers, acceptors })
  const played = steps.flatMap((step) => cluster.play(step as unknown as PaxosStep) ?? [])
  return { ...cluster.episode(), played }
}

function runTest(code: Implementation, test: StudentTest, watch: Watch): TestRun {
  const bench = new Bench(code, watch)
  const problem = problemOf(() => {
    const result: unknown = watch.call(places.indexOf('a test of tests.js'), `the test "${test.name}"`, () =>
      test.run(bench),
    )
    if (result instanceof Promise) throw new LabFault('it gives a promise; nothing here has to be waited for')
  })
  return { problem, episode: problem === undefined ? undefined : bench.last?.episode() }
}

function problemOf(run: () => void): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return thrown(error)
  }
}
