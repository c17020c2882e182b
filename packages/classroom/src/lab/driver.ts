import type { Watch } from './guard/watch.ts'

/** One thing that happens in a run, as plain data: runs are replayed and made small as lists of these. */
export type Step = Readonly<Record<string, unknown>>

/** An invariant that was broken, and how, in words. */
export interface Breach {
  readonly invariant: string
  readonly message: string
}

/** A run that is over. */
export interface Episode {
  /** How many nodes there are, and whatever else {@link LabDriver.replay} has to know. */
  readonly setting: Step
  readonly steps: readonly Step[]
  /** The first breach of each invariant. */
  readonly breaches: readonly Breach[]
  /** Invariants that had something to say in it: an invariant of what never happened shows nothing. */
  readonly reached: ReadonlySet<string>
}

/** A step as it went. */
export interface ReplayedStep {
  /** `acceptor 2 receives prepare 1.1 of proposer 1, sends promise 1.1 (nothing accepted)` */
  readonly text: string
  /** States, disks, messages. */
  readonly details: readonly string[]
  readonly breaches: readonly Breach[]
}

/** A run that was played again. */
export interface Replay extends Episode {
  readonly played: readonly ReplayedStep[]
}

/** What a search found. */
export interface Exploration {
  /** In words: what bounded it. */
  readonly scope: string
  /** Did it look at all of the scope? */
  readonly isComplete: boolean
  readonly states: number
  readonly reached: ReadonlySet<string>
  /** Invariants that say nothing here unless they were found broken: the search ended where others were broken. */
  readonly unjudged: readonly string[]
  /** A shortest run to a breach of each invariant that was found broken. */
  readonly episodes: readonly Episode[]
}

/** A student's test, as the student's module has it. */
export interface StudentTest {
  readonly name: string
  run(bench: unknown): unknown
}

/** What a test has played so far, for the report. */
export interface TestRun {
  readonly problem: string | undefined
  readonly episode: Episode | undefined
}

/**
 * What is special about a lab: how to call a student's code, how runs go, what is watched. All of it is a function of its
 * arguments: equal code and seeds give equal results. `Subject` is an implementation that can be run.
 */
export interface LabDriver<Subject = unknown> {
  /** Places in a student's code that can fail to return: `acceptor.on(accept)`. */
  readonly places: readonly string[]
  /** @throws LabFault for a module that does not export what the lab asks for */
  subject(module: Readonly<Record<string, unknown>>, watch: Watch): Subject
  /** Scripted runs, by name: each gives what is wrong. */
  readonly basics: Readonly<Record<string, (subject: Subject) => { problem?: string; episode: Episode }>>
  runSeed(subject: Subject, seed: number): Episode
  /** Searches all that can happen in stated scopes. */
  explore(subject: Subject): readonly Exploration[]
  /** Plays steps again. A step that is not possible is left out. */
  replay(subject: Subject, setting: Step, steps: readonly Step[]): Replay
  /** Liveness goals, by name: undefined if the goal was met. */
  readonly goals: Readonly<Record<string, (subject: Subject, seed: number) => Episode | undefined>>
  /** Runs one test of a student's on an implementation. */
  runTest(subject: Subject, test: StudentTest, watch: Watch): TestRun
}
