/**
 * In which epoch or ballot a durable entry counts as accepted: what tells one that is chosen from one that many merely
 * hold.
 * - `entry`: Raft. An entry counts in its own epoch, and so does everything before it (figure 8 shows why no other does).
 * - `history`: Zab. The whole history counts in the epoch that the replica had adopted when it was persisted.
 * - `slot`: Paxos. Each entry by itself, in the ballot of its `accept`.
 */
export type Acceptance = 'entry' | 'history' | 'slot'
