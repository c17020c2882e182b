import { Command, Option } from 'commander'
import { collectOption } from './engine-option.ts'
import { type ExploreCommandOptions, parseTimeouts } from '../explore/explore-options.ts'
import { type ProtocolOptionValues, protocolAsked } from '../explore/protocols/protocol-asked.ts'
import { parseQuorums } from '../explore/protocols/protocol-options.ts'
import { protocolNames } from '../explore/protocols/protocols.ts'
import { runProtocol } from '../explore/protocols/run-protocol.ts'
import { runExplore } from '../explore/run-explore.ts'
import { writeTextFile } from '../files/text-files.ts'
import { engineNames } from '../registry/engines.ts'
import { type CommandOutput, processOutput } from '../report/command-output.ts'
import { wholeNumber } from './numbers.ts'

/** `quorate explore`: the model checker, over the real engines, or the roles of a protocol. */
export function exploreCommand(): Command {
  const command = new Command('explore')
    .description(
      'look at every state that a few replicas, or the roles of a protocol, can come to; exits with 0 if nothing is wrong, 1 with a counterexample, 2 if a budget ended the search',
    )
    .option('--engine <name>', `${engineNames.join(', ')} (default: as the script of --from says, or raft)`)
    .option('--replicas <n>', 'voters (default: as that script says, or 3)', wholeNumber(1, 7))
    .option('--from <file>', 'a script: explore from the state that it leads to')
  const budgets = [
    ['proposals', 'commands proposed', 1],
    ['reads', 'linearizable reads begun', 0],
    ['crashes', 'crashes, each followed by at most one restart', 0],
    ['drops', 'messages lost (not with zab; without it they may still be late for ever)', 0],
    ['duplicates', 'messages that arrive twice (not with zab)', 0],
    ['cuts', 'links that break', 0],
    ['snapshots', 'snapshots built', 0],
  ] as const
  for (const [name, what, usual] of budgets) {
    command.option(`--${name} <n>`, `at most so many ${what}`, wholeNumber(0, 100), usual)
  }
  command
    .option(
      '--timeouts <n>',
      'timers run out at most so often: 3, or election=2,heartbeat=1',
      parseTimeouts,
      3,
    )
    .option('--max-epoch <n>', 'leave out what comes after this epoch', wholeNumber(1))
    .option('--depth <n>', 'steps from the start, at most', wholeNumber(0, 1_000_000))
    .addOption(
      new Option('--order <order>', 'breadth-first or depth-first').choices(['bfs', 'dfs']).default('bfs'),
    )
    .option(
      '--symmetry',
      'count states that differ only by the names of replicas (raft) or acceptors once',
      false,
    )
    .option('--states <n>', 'give up after so many states', wholeNumber(1), 10_000_000)
    .option('--option <name=value>', 'an option of the engine, such as preVote=false', collectOption, {})
    .option('--scenario <file>', 'write a counterexample as a script for quorate scenario')
  return addProtocolOptions(command).action((options: ExploreCommandOptions & ProtocolOptionValues) => {
    const output = processOutput()
    const asked = protocolAsked(options, (name) => command.getOptionValueSource(name) === 'cli')
    process.exitCode = asked === undefined ? explore(options, output) : runProtocol(asked, output).code
  })
}

function addProtocolOptions(command: Command): Command {
  return command
    .option('--protocol <name>', `instead of an engine, one decision of: ${protocolNames.join(', ')}`)
    .option('--proposers <n>', 'of the protocol', wholeNumber(1, 5))
    .option('--acceptors <n>', 'of the protocol', wholeNumber(1, 7))
    .option('--rounds <n>', 'ballots have rounds from 1 to this', wholeNumber(1, 20))
    .option('--quorums <n,n>', 'sizes of quorums: of phases 1 and 2, or classic and fast', parseQuorums)
    .option('--unsafe <rule>', 'a rule of the protocol to break; a wrong name lists them')
}

function explore(options: ExploreCommandOptions, output: CommandOutput): 0 | 1 | 2 {
  const { script, code } = runExplore(options, output)
  if (script === undefined) return code
  if (options.scenario === undefined) {
    output.line('')
    output.line(script.trimEnd())
  } else {
    writeTextFile(options.scenario, script)
    output.line(`the counterexample, as a script: npx quorate scenario ${options.scenario}`)
  }
  return code
}
