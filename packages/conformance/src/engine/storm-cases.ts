import type { Message } from '@quorate/core'
import type { CaseSpec } from '../suite/case.ts'
import { check } from '../suite/failure.ts'
import { AgreementWatch, DurabilityWatch, RequestWatch } from './cluster-watches.ts'
import { ApplyWatch, ObservationWatch, PersistWatch, ShapeWatch, TimerWatch } from './life-watches.ts'
import { Storm } from './storm.ts'
import type { EngineSubject } from './subject.ts'
import type { Watch } from './watched.ts'

/** Any message: the suite looks at no message but through its definition. */
type Any = Message
type Spec = CaseSpec<EngineSubject<Any>>

/** What must hold of every run, whatever happens in it. */
export const stormCases: readonly Spec[] = [
  always('all replicas apply the same log', AgreementWatch, {
    rule: 'Whatever is lost, late, crashed or restarted: no two replicas apply different entries at one index, and no two lead one epoch.',
    source: 'core, Output.apply; Raft (extended), figure 3',
  }),
  always('entries are applied densely, once', ApplyWatch, {
    rule: 'Committed entries come in the order of their indexes, each once in an engine’s life, from behind its snapshot.',
    source: 'core, Output.apply',
  }),
  always('what an engine says of itself fits together', ObservationWatch, {
    rule: 'applied ≤ commit ≤ last, durable ≤ last; commit and epoch never go back in an engine’s life.',
    source: 'core, Observation',
  }),
  always('persists are numbered, and messages wait for one that is under way', PersistWatch, {
    rule: 'Tokens count up; only what is harmless to lose goes without sync; `sendAfter` names a persist under way.',
    source: 'core, Token, Persist and HeldMessages',
  }),
  always('timers are named and have a range', TimerWatch, {
    rule: 'Timers are effects by name with a range; the first take of an engine sets its timers.',
    source: 'core, TimerChange and EngineDefinition.create',
  }),
  always('messages fit the shapes that the engine exports', ShapeWatch, {
    rule: 'Every message has the fields of its shape and no others; encoded and decoded it is the same.',
    source: 'core, MessageShapes',
  }),
  {
    name: 'what is applied is on the disks of a quorum',
    rule: 'Durable before it counts: an entry is committed once a quorum has it on disk, its leader counted only if its own disk has it.',
    source: 'DESIGN 4; core, Output.sendAfter',
    run: (subject) =>
      forStorms(subject, (size, seed) => {
        const watch = new DurabilityWatch<Any>()
        const storm = new Storm(subject.definition, size, seed, [watch])
        watch.cluster = storm.cluster
        storm.rage(subject.length ?? 350)
        storm.recover()
      }),
  },
  {
    name: 'every request gets exactly one answer',
    rule: 'A request ends once: applied, ready to be read, done, or turned down; what was definitely not done is never applied; a read misses nothing that was decided before it.',
    source: 'core, Reply; DESIGN 3.1',
    run: (subject) =>
      forStorms(subject, (size, seed) => {
        const watch = new RequestWatch<Any>()
        const engines = new Set<object>()
        const begun: Watch<Any> = { begun: ({ engine }) => void engines.add(engine) }
        const lives = new Map<number, object>()
        const living: Watch<Any> = { begun: ({ init, engine }) => void lives.set(init.self, engine) }
        const storm = new Storm(subject.definition, size, seed, [watch, begun, living])
        storm.rage(subject.length ?? 350)
        storm.recover()
        for (const [node, engine] of lives) {
          const open = watch.open(engine)
          check(open.length === 0, () => `replica ${node} never answered ${open.join(', ')}`)
        }
      }),
  },
  {
    name: 'replicas that compact their logs still agree, by snapshots',
    rule: 'With logs compacted at each snapshot, everything above holds, and whoever is behind gets the snapshot.',
    source: 'core, SnapshotOrder',
    run: (subject) =>
      forStorms(subject, (size, seed) => {
        const watches = [new AgreementWatch<Any>(), new ObservationWatch<Any>(), new RequestWatch<Any>()]
        const storm = new Storm(subject.compacting, size, seed, watches)
        storm.rage(subject.length ?? 350)
        storm.recover()
      }),
  },
]

/** A case that a watch decides. */
function always(
  name: string,
  watch: new () => Watch<Any>,
  { rule, source }: { readonly rule: string; readonly source: string },
): Spec {
  return {
    name,
    rule,
    source,
    run: (subject) =>
      forStorms(subject, (size, seed) => {
        const storm = new Storm(subject.definition, size, seed, [new watch()])
        storm.rage(subject.length ?? 350)
        storm.recover()
      }),
  }
}

const sizes = [3, 3, 5, 1, 3, 2]

/** Storms over clusters of several sizes. */
function forStorms({ runs = 6 }: EngineSubject<Any>, use: (size: number, seed: number) => void): void {
  for (let seed = 1; seed <= runs; seed++) use(sizes[(seed - 1) % sizes.length]!, seed)
}
