/**
 * Which lines of a conversation tree lie on a branch that was left by editing, rewinding or a retry. A tree forks for
 * many harmless reasons too (results of parallel tool calls, progress and hook lines, local commands), so a branch
 * counts as left only when it carried the conversation on and all of it came before the branch that goes on instead.
 */

export interface TreeNode {
  id: string;
  parentId: string | null;
  /** Only nodes of one scope (session and agent) compete: a fork into another session leaves nothing behind. */
  scope: string;
  /** Lines that make up one message have the same key here and count as one node. */
  messageKey?: string;
  /** A prompt or an answer: what carries a conversation on. */
  carries: boolean;
}

interface Branch {
  members: string[];
  children: Branch[];
  parent: Branch | null;
  /** Places in the file of the first and the last member of the whole branch that carries the conversation on. */
  first: number;
  last: number;
}

function build(nodes: readonly TreeNode[]): { roots: Branch[]; all: Branch[] } {
  const byId = new Map<string, Branch>();
  const byMessage = new Map<string, Branch>();
  const heads: { branch: Branch; node: TreeNode }[] = [];
  nodes.forEach((node, index) => {
    const key = `${node.scope}\0${node.messageKey ?? ''}`;
    let branch = node.messageKey === undefined ? undefined : byMessage.get(key);
    if (!branch) {
      branch = { members: [], children: [], parent: null, first: Infinity, last: -1 };
      if (node.messageKey !== undefined) byMessage.set(key, branch);
      heads.push({ branch, node });
    }
    branch.members.push(node.id);
    byId.set(`${node.scope}\0${node.id}`, branch);
    if (node.carries) {
      branch.first = Math.min(branch.first, index);
      branch.last = index;
    }
  });
  for (const { branch, node } of heads) {
    const parent = node.parentId === null ? undefined : byId.get(`${node.scope}\0${node.parentId}`);
    if (!parent || parent === branch) continue;
    branch.parent = parent;
    parent.children.push(branch);
  }
  return {
    roots: heads.map((head) => head.branch).filter((branch) => branch.parent === null),
    all: heads.map((head) => head.branch),
  };
}

/** Branches so that parents come before their children; those on a circle are reached from no root and left out. */
function topDown(roots: readonly Branch[]): Branch[] {
  const order = [...roots];
  for (const branch of order) for (const child of branch.children) order.push(child);
  return order;
}

/** Ids of the nodes on branches that were left. `nodes` are in the order of the file. */
export function rewoundIds(nodes: readonly TreeNode[]): Set<string> {
  const order = topDown(build(nodes).roots);
  for (const branch of order.toReversed()) {
    if (!branch.parent) continue;
    branch.parent.first = Math.min(branch.parent.first, branch.first);
    branch.parent.last = Math.max(branch.parent.last, branch.last);
  }
  const left = new Set<string>();
  for (const fork of order) {
    const carrying = fork.children.filter((child) => child.last >= 0);
    if (carrying.length < 2) continue;
    const live = carrying.reduce((a, b) => (b.last > a.last ? b : a));
    for (const branch of carrying) {
      if (branch === live || branch.last > live.first) continue;
      for (const lost of topDown([branch])) for (const id of lost.members) left.add(id);
    }
  }
  return left;
}
