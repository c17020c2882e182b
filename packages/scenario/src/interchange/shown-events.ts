import type { RunEvent } from '../run/run-event.ts'

/** What drawings show of a node besides its messages. */
export const shownEvents: ReadonlySet<RunEvent['type']> = new Set([
  'started',
  'crashed',
  'timer',
  'clock',
  'durable',
  'role',
  'members',
  'applied',
  'installed',
  'snapshot',
  'answered',
  'violated',
])
