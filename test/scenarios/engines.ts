import type { ScenarioEngine } from '@quorate/scenario'
import { knownEngine } from 'quorate'

export const raftEngine: ScenarioEngine = knownEngine('raft')
export const zabEngine: ScenarioEngine = knownEngine('zab')

/** Both engines with their own checks. */
export const engines: readonly ScenarioEngine[] = [raftEngine, zabEngine]
