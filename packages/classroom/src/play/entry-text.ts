import type { EntryView } from '@quorate/scenario'
import { toldMembers } from './members-text.ts'

/** What an entry is, without its place: in short, for a table of many. */
export function entryWhat({ kind, text }: Pick<EntryView, 'kind' | 'text'>): string {
  if (kind === 'command') return JSON.stringify(text)
  return kind === 'membership' ? `member list ${toldMembers(text).short}` : 'no command'
}

/** The same in full. */
export function entryInFull(entry: Pick<EntryView, 'kind' | 'text'>): string {
  return entry.kind === 'membership' ? `member list: ${toldMembers(entry.text).words}` : entryWhat(entry)
}
