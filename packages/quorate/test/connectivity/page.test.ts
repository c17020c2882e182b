import { existsSync, readFileSync } from 'node:fs'
import { type Recovery, measureRecovery, pictures } from '@quorate/sim'
import { beforeAll, describe, expect, it } from 'vitest'
import { formatConnectivity, verdictOn } from '../../src/connectivity/format-connectivity.ts'
import { type RecoveryRow, recoverOnce, rowsOf } from '../../src/connectivity/recovery-rows.ts'
import { subjectsOf } from '../../src/connectivity/subjects.ts'
import { engineWith } from '../../src/registry/engines.ts'

const file = new URL('../../../../docs/partial-connectivity.md', import.meta.url)
const page = readFileSync(file, 'utf8')

/** A row of the page's table: the first of its times is the median, the last the maximum. */
interface PageRow {
  readonly name: string
  readonly verdict: string
  readonly times: readonly number[]
}

function rowsOnPage(): PageRow[] {
  const names = pictures.map(({ name }) => name)
  const rows: PageRow[] = []
  let picture: string | undefined
  for (const line of page.split('\n')) {
    const cells = line.split(/ {2,}/)
    if (cells[1] === 'recovers') picture = names.find((name) => name === cells[0])
    else if (picture !== undefined && cells.length === 6) {
      const [subject, verdict, ...times] = cells
      rows.push({
        name: `${picture}: ${subject}`,
        verdict: verdict!,
        times: times.slice(0, 3).map(Number).filter(Number.isFinite),
      })
    }
  }
  return rows
}

/** Always, never, or sometimes. */
function classOf(verdict: string): string {
  return /^(always|never)$/.exec(verdict)?.[0] ?? 'sometimes'
}

const seeds = Array.from({ length: 40 }, (_, i) => i + 1)
const subjects = subjectsOf()

describe('docs/partial-connectivity.md', () => {
  const onPage = rowsOnPage()
  let found: readonly RecoveryRow[] = []

  beforeAll(() => {
    found = rowsOf(
      subjects,
      seeds.map((seed) => recoverOnce(subjects, seed)),
    )
  })

  it('has a row for every subject in every picture', () => {
    const names = found.map(({ picture, subject }) => `${picture}: ${subject}`)
    expect(onPage.map(({ name }) => name)).toEqual(names)
  })

  it.each(onPage)('$name: 40 of its 1,000 seeds bear it out', ({ name, verdict, times }) => {
    const row = found.find(({ picture, subject }) => name === `${picture}: ${subject}`)!
    if (classOf(verdict) !== 'sometimes') expect(verdictOn(row)).toBe(verdict)
    const [median, , max] = times
    expect(times).toHaveLength(row.recovered > 0 ? 3 : 0)
    if (row.max === undefined) return
    // These seeds are among those of the page. If an engine has changed: run the command again.
    expect(row.max).toBeLessThanOrEqual(max! + 0.005)
    expect(row.median! / median!).toBeGreaterThan(0.75)
    expect(row.median! / median!).toBeLessThan(1.33)
  })

  it('says above the table what the command says', () => {
    const thousand = rowsOf(subjects, []).map((row) => ({ ...row, runs: 1000 }))
    const [first, ...rest] = formatConnectivity(thousand).slice(0, 4)
    expect(page).toContain([first, ...rest].join('\n'))
  })

  it('leads to files that are there', () => {
    const links = [...page.matchAll(/\]\(([^):#]+)\)/g)].map(([, path]) => new URL(path!, file))
    expect(links.length).toBeGreaterThan(5)
    expect(links.filter((url) => !existsSync(url)).map(String)).toEqual([])
  })

  const few = [1, 2, 3, 4, 5, 6, 7, 8]

  function runs(picture: string, engine: string, options: Readonly<Record<string, boolean>>): Recovery[] {
    const drawn = pictures.find(({ name }) => name === picture)!
    return few.map((seed) => measureRecovery(engineWith(engine, options), drawn, seed))
  }

  it.each(['quorum loss', 'deaf leader'])(
    '%s: Multi-Paxos recovers because its leader gives up without a quorum',
    (picture) => {
      for (const { after, changes } of runs(picture, 'multi-paxos', { 'unsafe.leadWithoutQuorum': true })) {
        expect([after, changes]).toEqual([undefined, 0])
      }
    },
  )

  it('a deaf follower is not listened to because the leader is heard', () => {
    for (const { after, changes } of runs('deaf follower', 'raft', {
      leaderStickiness: false,
      preVote: false,
    })) {
      expect(after).toBeUndefined()
      expect(changes).toBeGreaterThan(50)
    }
  })

  it('Zab waits for a deaf leader where that has the best vote, and else does not', () => {
    const drawn = pictures.find(({ name }) => name === 'deaf leader')!
    const times = new Map<boolean, number[]>([
      [true, []],
      [false, []],
    ])
    for (let seed = 1; seed <= 24; seed++) {
      let isBest = false
      const watched: typeof drawn = {
        ...drawn,
        draw(links, roles) {
          isBest = roles.leader === 3
          drawn.draw(links, roles)
        },
      }
      const { after } = measureRecovery(engineWith('zab', {}), watched, seed)
      times.get(isBest)!.push(after!)
    }
    expect(times.get(false)!.length).toBeGreaterThan(2)
    expect(Math.max(...times.get(false)!)).toBeLessThan(1)
    expect(Math.min(...times.get(true)!)).toBeGreaterThan(3)
    expect(Math.max(...times.get(true)!)).toBeLessThan(4.5)
  })
})
