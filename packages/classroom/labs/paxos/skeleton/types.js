// The types of this lab, for your editor. There is nothing to change here and nothing that runs.

/**
 * A proposal number. Numbers are ordered by round, and those of one round by proposer, so no two proposers share one.
 * @typedef {{ round: number, proposer: number }} Ballot
 *
 * A value with a number.
 * @typedef {{ ballot: Ballot, value: string }} Proposal
 *
 * Phase 1 (a), proposer to acceptor.
 * @typedef {{ type: 'prepare', ballot: Ballot }} Prepare
 * Phase 1 (b), acceptor to proposer. `accepted` is null if it has accepted nothing.
 * @typedef {{ type: 'promise', ballot: Ballot, accepted: Proposal | null }} Promised
 * Phase 2 (a), proposer to acceptor.
 * @typedef {{ type: 'accept', ballot: Ballot, value: string }} Accept
 * Phase 2 (b), acceptor to proposer.
 * @typedef {{ type: 'accepted', ballot: Ballot, value: string }} Accepted
 * Acceptor to proposer, if it likes: your `ballot` comes too late, I have promised `promised`.
 * @typedef {{ type: 'refused', ballot: Ballot, promised: Ballot }} Refused
 *
 * A client asks a proposer for a value, for the first time or because nothing was decided for a while.
 * @typedef {{ type: 'propose', value: string }} Propose
 *
 * What happens to an acceptor. `from` is the proposer's id.
 * @typedef {(Prepare | Accept) & { from: number }} AcceptorEvent
 * What happens to a proposer. `from` is the acceptor's id.
 * @typedef {Propose | ((Promised | Accepted | Refused) & { from: number })} ProposerEvent
 *
 * Write this to the disk. What stands behind it in the list is done when it is on the disk, and not before.
 * @typedef {{ type: 'persist', disk: unknown }} Persist
 * An acceptor sends to the proposer with the id `to`, a proposer to the acceptor with that id.
 * @typedef {{ type: 'send', to: number, message: Prepare | Promised | Accept | Accepted | Refused }} Send
 * A proposer knows that this value is chosen.
 * @typedef {{ type: 'decide', value: string }} Decide
 * @typedef {Persist | Send | Decide} Effect
 */

export {}
