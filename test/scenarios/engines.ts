import type { ScenarioEngine } from '@quorate/scenario'
import { knownEngine } from 'quorate'

export const raftEngine: ScenarioEngine = knownEngine('raft')
export const zabEngine: ScenarioEngine = knownEngine('zab')
export const multiPaxosEngine: ScenarioEngine = knownEngine('multi-paxos')

/** All engines with their own checks. */
export const engines: readonly ScenarioEngine[] = [raftEngine, zabEngine, multiPaxosEngine]
