import type { EngineDefinition, EngineInit } from '@quorate/core'
import { clonePlain, requireQuorums } from '@quorate/core'
import { zabMonitor } from './checks/monitor.ts'
import { cost } from './cost.ts'
import { createState } from './create-state.ts'
import { ZabEngine } from './engine.ts'
import { zabMarks } from './marks.ts'
import type { ZabMessage } from './message.ts'
import { type ZabOptions, longestSilence, resolveOptions } from './options.ts'
import { renameMessage, renameState } from './rename.ts'
import { shapes } from './shapes.ts'
import type { ZabState } from './state.ts'

/**
 * Zab, ready to be run by a replica.
 *
 * ```ts
 * const definition = zab({ tick: 100 })
 * ```
 */
export function zab(options: ZabOptions = {}): EngineDefinition<ZabMessage> {
  const settings = resolveOptions(options)
  return {
    name: 'zab',
    links: 'fifo',
    acceptance: 'history',
    shapes,
    marks: zabMarks,
    cost,
    monitor: zabMonitor(),
    electionTimeout: longestSilence(settings),
    create(init: EngineInit): ZabEngine {
      // An epoch belongs to nobody: two leaders of one are excluded by a voter whom both have asked.
      requireQuorums('zab', init.membership, { electionsMeet: true })
      return new ZabEngine(settings, createState(init, settings)).start()
    },
    revive: (_init: EngineInit, state: unknown) => new ZabEngine(settings, clonePlain(state as ZabState)),
    renameState: (state, rename) => renameState(state as ZabState, rename),
    renameMessage,
  }
}
